"""Red flags, findings, samples and open data.

Evidence packs stand in `evidence`; the auditor's pages of the log in marketplace/audit.
"""
