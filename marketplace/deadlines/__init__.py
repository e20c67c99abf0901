"""Deadlines: who is reminded of them, and who hears when they are missed."""
