"""Backups: one folder with the database at one instant and every file that it names."""
