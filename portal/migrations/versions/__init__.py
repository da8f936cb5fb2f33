"""One file a migration, in the order in which they are applied."""
