"""Answers that led to a purchase: written down as they were shown, checked again, and laid beside today's answer."""
