"""Honest stand-ins for outside things; imports nothing of the portal."""
