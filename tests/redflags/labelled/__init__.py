"""A year of orders with planted patterns and their labels: what precision and recall of the rules are measured on."""
