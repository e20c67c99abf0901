"""Open data: OCDS releases, tables in LKPP's shape, the catalogue of what is published; no personal data."""
