"""Reads of kept figures: public ones for everybody, dashboards for those who answer for a unit or a region."""
