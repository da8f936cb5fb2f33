"""Tests of the signing."""
