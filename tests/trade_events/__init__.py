"""What everybody may read about trade events."""
