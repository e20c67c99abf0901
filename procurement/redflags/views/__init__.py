"""Pages of red flags."""
