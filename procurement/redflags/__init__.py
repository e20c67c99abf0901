"""Red flags over many orders and those of a competition: dated rules, what they saw, and what was answered."""
