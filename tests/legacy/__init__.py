"""Tests of what stays in eCoO 1.0."""
