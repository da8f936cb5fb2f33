"""The e-Wallet: a double-entry ledger, holds on fees, and what a firm sees of it."""
