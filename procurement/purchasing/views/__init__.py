"""Pages of ordering."""
