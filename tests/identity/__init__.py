"""People and firms."""
