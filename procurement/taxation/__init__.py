"""Taxes of a payment: a dated decision table in, tax lines out. Stands below purchasing, which prices orders."""
