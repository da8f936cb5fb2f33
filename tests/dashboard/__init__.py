"""Desks of each audience."""
