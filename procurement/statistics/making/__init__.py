"""How the kept figures are made: one statement a table, over all orders at once."""
