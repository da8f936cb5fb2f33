"""`/healthz`: whether the database answers, the queue, late processes, stuck jobs, the alarms."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, jsonify
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from portal.core import heartbeat, outbox
from portal.web.access import public
from portal.web.context import db, kit

bp = Blueprint("health", __name__)


@bp.get("/healthz")
@public()
def show() -> Response:
    """200 while pages can be served, 503 when the database doesn't answer."""
    try:
        db().execute(text("SELECT 1"))
        workers = heartbeat.alive(db(), "worker")
        late = [name for name, _at in heartbeat.late(db())]
        stuck = [{"job": row.job, "ref": row.ref, "tries": row.tries} for row in outbox.stuck(db())]
        scanner = _scanner()
        alarms = current_app.extensions["alarms"](db(), kit())
    except SQLAlchemyError:
        response = jsonify(status="down", database=False)
        response.status_code = 503
        return response
    queue = kit().queue.is_up()
    well = queue and workers > 0 and not late and not stuck and not alarms.is_urgent
    well = well and scanner != "away"
    return jsonify(
        status="ok" if well else "degraded",
        database=True,
        queue=queue,
        workers=workers,
        late=late,
        stuck=stuck,
        proofs=alarms.plain(),
        scanner=scanner,
    )


def _scanner() -> str:
    """Whether uploads are scanned for malware: `up`, `away`, or `off` where none is set."""
    found = kit().scanner
    if found is None:
        return "off"
    return "up" if found.is_up() else "away"
