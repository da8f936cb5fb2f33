"""What everybody may read about trade agreements."""
