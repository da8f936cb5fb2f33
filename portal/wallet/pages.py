"""The wallet page: balance, held, postings, and specimen credit in a sandbox."""

from __future__ import annotations

from flask import Blueprint, Response, request, url_for

from portal.core import clock
from portal.core.permissions import Permission
from portal.core.refs import random_ref
from portal.core.tx import write
from portal.notices.queries import rule_if_any
from portal.notices.rules import LEGACY_BALANCES
from portal.wallet import actions, queries
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, row_of_address, settings

bp = Blueprint("wallet", __name__)


@bp.get("/wallet")
@requires(Permission.WALLET_READ)
def show() -> Response:
    """Balance, held and postings of the acting firm."""
    found = queries.lines(db(), actor(), row_of_address("before"))
    return page.show(
        "wallet/show.html",
        balances=queries.balances(db(), actor()),
        lines=found[: queries.PAGE],
        more=found[queries.PAGE - 1].id if len(found) > queries.PAGE else None,
        credit=actions.SPECIMEN_CREDIT,
        key=random_ref(16),
        back=page.way_back(),
        legacy=rule_if_any(db(), LEGACY_BALANCES, clock.now()),
    )


@bp.post("/wallet/specimen-credits")
@requires(Permission.WALLET_ADD)
def add_specimen_credit() -> Response:
    """Add specimen credit once per page shown, and go back to the application it is for."""
    key = request.form.get("key", "")
    write(db(), actions.add_specimen_credit, actor(), key, sandbox=settings().is_sandbox)
    return page.go(page.way_back() or url_for("wallet.show"))
