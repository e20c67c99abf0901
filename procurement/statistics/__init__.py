"""Figures over many orders: the public pages and the overviews of those who answer for a budget."""
