"""Agencies, offices and their numbers."""
