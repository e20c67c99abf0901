"""What open data is asked for: OCDS, tables in the shape of LKPP, and pages for people."""
