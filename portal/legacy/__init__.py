"""eCoO 1.0: what stays there, and a read-only register of its files and certificates."""
