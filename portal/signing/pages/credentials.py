"""A person's signing credentials, and a firm that one of them proves."""

from __future__ import annotations

from flask import Response, request, url_for

from portal.core.errors import Invalid
from portal.core.permissions import Permission, SeatKind
from portal.core.tx import write
from portal.core.words import N_
from portal.identity.pages.sessions import sit
from portal.identity.ports import IecRecord
from portal.identity.queries import firm_by_iec
from portal.identity.rules import normal_code
from portal.signing import actions, queries
from portal.signing.pages.shared import bp
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, kit


@bp.post("/signatures/credentials/<credential>/use")
@requires(Permission.DOCUMENT_SIGN)
def use_credential(credential: str) -> Response:
    """Take a certificate into use whose key signed a test page."""
    write(db(), actions.use_credential, actor(), credential)
    return page.go(url_for("signing.diagnostics"))


@bp.post("/signatures/credentials/<credential>/withdrawal")
@requires(Permission.DOCUMENT_SIGN)
def withdraw_credential(credential: str) -> Response:
    """Use it no more."""
    write(db(), actions.withdraw_credential, actor(), credential)
    return page.go(url_for("signing.diagnostics"))


@bp.get("/account/firms/<iec>/credential")
@requires(Permission.ACCOUNT_OPEN)
def prove_firm(iec: str) -> Response:
    """Which of one's credentials prove that one acts for a firm, and why others don't."""
    return _show_matches(_record(iec))


@bp.post("/account/firms/<iec>/credential")
@requires(Permission.ACCOUNT_OPEN)
def link_firm(iec: str) -> Response:
    """Link the firm by a credential that matches what the registry says now."""
    record, ref = _record(iec), request.form.get("credential", "")
    write(db(), actions.prove_firm, actor(), ref, record)
    return sit(SeatKind.FIRM, firm_by_iec(db(), record.iec))


def _record(iec: str) -> IecRecord:
    """What the registry says of a firm, asked with no transaction open. Raises TryLater."""
    db().rollback()
    found: IecRecord | None = kit().registry.look_up(normal_code(iec))
    if found is None:
        raise Invalid(N_("The registry knows no such IEC any more."), code="iec_unknown")
    return found


def _show_matches(record: IecRecord) -> Response:
    found = queries.matches(db(), actor().person_id, record)
    return page.show("signing/prove_firm.html", r=record, found=found)
