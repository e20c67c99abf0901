"""Complaints, whistleblowing, surveys and ratings. Unfurnished: the rating of a vendor stands on its order."""
