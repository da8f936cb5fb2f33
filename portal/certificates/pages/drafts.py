"""The sheet of a draft, for the buyer to look over."""

from __future__ import annotations

from flask import Response, url_for

from portal.certificates import actions, queries
from portal.certificates.pages import bp
from portal.core.errors import Missing
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.filing.lifecycle import EDITABLE
from portal.filing.queries import application_for
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, kit, settings


@bp.post("/applications/<ref>/draft-sheet")
@requires(Permission.APPLICATION_PREPARE)
def ask_for_draft(ref: str) -> Response:
    """Have the sheet made; a job does it."""
    write(db(), actions.ask_for_draft, actor(), ref, specimen=settings().is_sandbox)
    return page.go(url_for("certificates.draft", ref=ref))


@bp.get("/applications/<ref>/draft-sheet")
@requires(Permission.APPLICATION_READ)
def draft(ref: str) -> Response:
    """Whether the sheet is there yet, for what is typed now; the page follows by itself."""
    row = application_for(db(), actor(), ref)
    state = queries.draft_state(db(), row, specimen=settings().is_sandbox)
    return page.show(
        "certificates/draft.html",
        "panel",
        ref=row.public_ref,
        made=state.made,
        waits=state.waits and state.made is None,
        is_editable=row.status in EDITABLE,
    )


@bp.get("/applications/<ref>/draft-sheet.pdf")
@requires(Permission.APPLICATION_READ)
def draft_file(ref: str) -> Response:
    """The sheet of the draft as it stands, marked DRAFT."""
    row = application_for(db(), actor(), ref)
    made = queries.draft_state(db(), row, specimen=settings().is_sandbox).made
    if made is None:
        raise Missing("draft sheet")
    content = kit().store.get(made.storage_key)
    return page.attachment(content, f"DRAFT-{row.public_ref}.pdf", "application/pdf")
