"""eCoO: certificates of origin, from the application to the sealed PDF that anyone can verify."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from portal.config import Settings


def create_app(settings: Settings) -> Flask:
    """The application. Its wiring loads every room, so it is imported only when one is built."""
    from portal.wiring import build

    return build(settings)
