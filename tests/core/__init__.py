"""The words that all capabilities share."""
