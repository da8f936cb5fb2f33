"""Money: balances, holds, double entry, append-only."""
