"""The WSGI application."""

from __future__ import annotations

from portal import create_app
from portal.config import Settings
from portal.log import setup_logging

setup_logging("web")
app = create_app(Settings.from_env())
