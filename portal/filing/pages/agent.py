"""The agent's desk: its clients, their files in one list, and what each was charged."""

from __future__ import annotations

import csv
import io

from flask import Response, request

from portal.core.clock import IST
from portal.core.permissions import Permission
from portal.core.sheets import safe_cell
from portal.filing import queries
from portal.filing.lifecycle import Status
from portal.filing.pages import bp
from portal.signing.queries import credentials_ending
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, row_of_address


@bp.get("/clients")
@requires(Permission.CLIENTS_READ)
def clients() -> Response:
    """Every client of the agent, and the files that it began for them, newest first."""
    client, status = request.args.get("client", ""), request.args.get("status", "")
    rows = queries.client_files(db(), actor(), client, status, row_of_address("before"))
    desks = queries.client_desks(db(), actor())
    return page.show(
        "filing/clients.html",
        desks=desks,
        seats={desk.client.firm_id: desk.seat for desk in desks},
        rows=rows[: queries.PAGE],
        more=rows[queries.PAGE - 1].id if len(rows) > queries.PAGE else None,
        client=client,
        status=status,
        statuses=list(Status),
        here=actor().client,
        ending=credentials_ending(db(), actor().person_id),
    )


@bp.get("/clients/<client>/statement")
@requires(Permission.CLIENTS_READ)
def statement(client: str) -> Response:
    """What the agent's files cost one client."""
    found = queries.statement(db(), actor(), client)
    return page.show("filing/statement.html", s=found, most=queries.PAGE)


@bp.get("/clients/<client>/statement.csv")
@requires(Permission.CLIENTS_READ)
def statement_file(client: str) -> Response:
    """The same for a spreadsheet, whole."""
    found = queries.statement(db(), actor(), client, queries.MOST_LINES)
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(("at", "client", "iec", "file", "what", "rupees"))
    for line in found.lines:
        at = f"{line.at.astimezone(IST):%Y-%m-%d %H:%M}"
        amount = f"{line.amount_paise // 100}.{line.amount_paise % 100:02d}"
        whose = (safe_cell(found.client.firm), found.client.iec)
        rows.writerow((at, *whose, line.ref, line.kind.value, amount))
    name = f"statement-{found.client.iec}.csv"
    return page.attachment(text.getvalue().encode("utf-8-sig"), name, "text/csv; charset=utf-8")
