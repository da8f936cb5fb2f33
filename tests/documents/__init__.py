"""Uploads and their judge."""
