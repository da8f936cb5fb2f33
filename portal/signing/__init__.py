"""Signing credentials, sign requests and the offices' seals."""
