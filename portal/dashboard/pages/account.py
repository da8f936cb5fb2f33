"""What is kept about whoever is signed in, over all rooms; to read and to save."""

from __future__ import annotations

import json

from flask import Response, current_app, request

from portal.core.permissions import Permission
from portal.dashboard.pages import bp
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db


@bp.get("/account/data")
@requires(Permission.ACCOUNT_OPEN)
def my_data() -> Response:
    """Every row about the person, table by table; `?as=json` saves it as a file."""
    found: dict[str, list[dict[str, object]]] = {}
    for personal_data_of in current_app.extensions["personal_data"]:
        found.update(personal_data_of(db(), actor().person_id or 0))
    if request.args.get("as") == "json":
        text = json.dumps(found, ensure_ascii=False, indent=1, default=str)
        return page.attachment(text.encode(), "my-data.json", "application/json")
    tables = {name: rows for name, rows in sorted(found.items()) if rows}
    return page.show("dashboard/my_data.html", tables=tables)
