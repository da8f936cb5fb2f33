"""What has become of a firm's own references, as a file for its own system."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from flask import Response, request

from portal.certificates.pages import bp
from portal.certificates.queries import issued_numbers
from portal.core.clock import IST
from portal.core.permissions import Permission
from portal.core.sheets import safe_cell
from portal.filing.queries.references import reference_rows
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db

HEAD = (
    "own_reference",
    "reference",
    "file_number",
    "status",
    "begun_at",
    "changed_at",
    "submitted_at",
    "decided_at",
    "certificate_number",
    "issued_at",
)


@bp.get("/applications/lists/status.csv")
@requires(Permission.APPLICATION_READ)
def references() -> Response:
    """Each own reference with the portal's numbers, its status and times in India (IST)."""
    rows = reference_rows(db(), actor(), request.args.get("list", ""))
    issued = issued_numbers(db(), (row.id for row in rows))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEAD)
    for row in rows:
        number, at = issued.get(row.id, ("", None))
        begun, *more = map(
            _time, (row.created_at, row.changed_at, row.submitted_at, row.decided_at)
        )
        facts = (safe_cell(row.own_reference), row.ref, row.number or "", row.status.value)
        writer.writerow((*facts, begun, *more, number, _time(at)))
    content = text.getvalue().encode("utf-8-sig")
    return page.attachment(content, "references.csv", "text/csv; charset=utf-8")


def _time(instant: datetime | None) -> str:
    return f"{instant.astimezone(IST):%Y-%m-%d %H:%M}" if instant else ""
