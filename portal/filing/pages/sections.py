"""The sections of a draft: each saves itself while one types, and by its button."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Response, request, url_for

from portal.core import clock
from portal.core.errors import Invalid
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.filing import actions
from portal.filing.actions.saving import Kept
from portal.filing.forms import SECTION_FORMS
from portal.filing.pages import bp, filling
from portal.filing.pages.filling import Filling
from portal.filing.pages.reading import facts_and_gaps
from portal.filing.queries.books import consignees_by_use
from portal.filing.rules.completeness import SECTIONS
from portal.filing.rules.sections import Sent
from portal.identity import queries as identity
from portal.notices.queries import rule_if_any
from portal.notices.rules import INVOICE_IDENTITY
from portal.web import page
from portal.web.access import gives_back, requires
from portal.web.context import actor, db

# Buttons of a section that don't lead on to the next one.
HERE = ("add", "remove", "keep", "take")


@bp.get("/applications/<ref>/sections/<name>")
@requires(Permission.APPLICATION_PREPARE)
def section(ref: str, name: str) -> Response:
    """One section's form with what was saved, or with what the firm's book says."""
    row = actions.drafting_row(db(), actor(), ref)
    taken = identity.chosen(_book(name), request.args.get("use", ""))
    return _show(filling.stored(row, name, _filled(name, taken) if taken else _begun(name)))


@bp.post("/applications/<ref>/sections/<name>")
@requires(Permission.APPLICATION_PREPARE)
@gives_back
def save(ref: str, name: str) -> Response:
    """Keep what can be kept of a section, say what can't, and go on to the next."""
    found, sent, kept = _keep(ref, name)
    stays = next((button for button in HERE if button in request.form), "")
    if kept.clashes:
        return _again(found, sent, 409)
    wrong = _wrong(found) if stays else found.form.top_errors()
    if wrong or found.form.form_errors:
        return _again(found, sent, 422)
    if stays and page.is_part():
        return _show(filling.stored(actions.drafting_row(db(), actor(), ref), name))
    return page.go(_here(ref, name, stays) if stays else next_url(ref, name))


@bp.post("/applications/<ref>/sections/<name>/typed")
@requires(Permission.APPLICATION_PREPARE)
@gives_back
def keep(ref: str, name: str) -> Response:
    """Keep what somebody typed just now; the answer is one line in the page."""
    found, _sent, kept = _keep(ref, name, is_shown=False)
    if not page.is_part():
        return page.go(url_for("filing.section", ref=ref, name=name))
    wrong = _wrong(found)
    status = 409 if kept.clashes else 422 if wrong else 200
    asks = getattr(found.form, "asks_back", False) and "invoice_number" in request.form
    return page.show(
        "filing/section.html", "kept", status, kept=kept, f=found, wrong=wrong, asks=asks
    )


def next_url(ref: str, name: str) -> str:
    """Where the person goes after saving a section."""
    after = SECTIONS[SECTIONS.index(name) + 1 :]
    if not after:
        return url_for("filing.show", ref=ref)
    if after[0] in SECTION_FORMS:
        return url_for("filing.section", ref=ref, name=after[0])
    return url_for(f"filing.{after[0]}", ref=ref)


def _keep(ref: str, name: str, *, is_shown: bool = True) -> tuple[Filling, Sent, Kept]:
    """Keep what the request sends; a field that the action refuses stays as typed."""
    row = actions.drafting_row(db(), actor(), ref)
    found = filling.posted(row, name, request.form, is_shown=is_shown)
    sent = filling.sent_by(found, request.form)
    try:
        kept = write(db(), actions.keep, actor(), ref, name, sent)
    except Invalid as refusal:
        if refusal.field not in sent.values:
            raise
        sent = sent.without(refusal.field, *(_WITH.get(refusal.field, ())))
        kept = write(db(), actions.keep, actor(), ref, name, sent)
        found.form.refuse_error(refusal)
    clashing = {n: (clash.theirs, clash.saver) for n, clash in kept.clashes.items()}
    filling.after(found, sent, clashing)
    return found, sent, kept


def _wrong(found: Filling) -> list[tuple[str, str, str]]:
    """What is wrong with what was typed, not what is missing: place, name of the field, message."""
    form, wrong = found.form, []
    for name in form.fields():
        typed = any(request.form.get(part, "").strip() for part in form.names(name))
        listed = any(key.startswith(f"{name}-") for key in request.form)
        if typed or listed:
            label = str(form[name].label.text)
            wrong += [(place, label, message) for place, message in form.faults(name)]
    return wrong


def _again(found: Filling, sent: Sent, status: int) -> Response:
    """The form as it was typed, with what is wrong or differs at its place."""
    filling.refresh(found, sent)
    return _show(found, status)


def _here(ref: str, name: str, button: str) -> str:
    """Back to the place in the section at which the button stands."""
    place = request.form[button].partition(".")[0]
    if button in ("add", "remove"):
        place = place.partition("-")[0]
    address = url_for("filing.section", ref=ref, name=name)
    return f"{address}#{place}" if place.isidentifier() else address


def _book(name: str) -> list[identity.Entry]:
    """What the firm's books offer for a section."""
    if name == "consignee":
        return consignees_by_use(db(), actor())
    return identity.signatories(db(), actor()) if name == "declaration" else []


def _filled(name: str, entry: identity.Entry) -> dict[str, str]:
    """The fields of a section from an entry of a book; nothing is saved by that."""
    return {field: entry[column] for field, column in _FROM_BOOK[name].items()}


def _begun(name: str) -> dict[str, str]:
    """What was chosen when the draft was begun: a retrospective certificate wants its reason."""
    chosen = request.args.get("retrospective")
    return {"retrospective": "y"} if name == "certificate" and chosen else {}


def _show(found: Filling, status: int = 200) -> Response:
    row, name = found.row, found.name
    found.form.open_lists()
    facts, gaps = facts_and_gaps(row)
    is_invoice = name == "invoice"
    return page.show(
        "filing/section.html",
        "panel",
        status,
        identity=rule_if_any(db(), INVOICE_IDENTITY, clock.now()) if is_invoice else None,
        a=facts,
        ref=facts.public_ref,
        gaps=gaps,
        name=name,
        f=found,
        form=found.form,
        sections=SECTIONS,
        book=_book(name),
        used=request.args.get("use", ""),
    )


# What was read in the light of a field that is refused.
_WITH = {"currency": ("invoice_total",)}
_FROM_BOOK: Mapping[str, Mapping[str, Any]] = {
    "consignee": {
        "consignee_name": "name",
        "consignee_address": "address",
        "consignee_country": "country",
    },
    "declaration": {
        "signatory": "name",
        "signatory_designation": "designation",
        "declaration_place": "place",
    },
}
