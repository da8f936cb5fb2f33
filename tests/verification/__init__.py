"""Public verification."""
