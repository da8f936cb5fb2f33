"""The blueprint of all home pages: the public one and the desks."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("dashboard", __name__)

# Their routes need `bp`.
from portal.dashboard.pages import account as account  # noqa: E402
from portal.dashboard.pages import desk as desk  # noqa: E402
from portal.dashboard.pages import public as public  # noqa: E402
