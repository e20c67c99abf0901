"""From our tables to OCDS 1.1, section by section (handbook §8.2). Nothing here asks the log or the clock.

What is a person's is not even loaded: vendors and deliveries are read by named columns, never as whole rows.
"""
