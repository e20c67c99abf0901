"""The demonstration: its cast, its goods, and synthetic data of any size."""
