"""Issuing agencies, their offices and officers, and the series of numbers of each office."""
