"""The database's shape over time: linear, forward only, the same on SQLite and PostgreSQL."""
