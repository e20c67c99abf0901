"""Pages of the treasury's documents."""
