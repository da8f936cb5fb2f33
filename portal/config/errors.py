"""What is said of settings that can't be used."""

from __future__ import annotations


class SettingsError(Exception):
    """The settings can't be used as they are; the message says which and why."""
