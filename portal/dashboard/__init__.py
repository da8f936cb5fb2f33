"""Home pages for each audience; only reads."""
