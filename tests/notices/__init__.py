"""Notices and dated rules."""
