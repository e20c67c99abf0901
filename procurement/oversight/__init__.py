"""Red flags, findings, samples and open data.

Unfurnished: the auditor's pages of the log stand in marketplace/audit.
"""
