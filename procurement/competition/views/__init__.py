"""Pages of the mini-competition."""
