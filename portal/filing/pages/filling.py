"""Between a section's form and the application: what a page shows, and what it sends back."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import NotFound
from wtforms import FieldList, SelectField
from wtforms.fields.choices import SelectChoice

from portal.core.refs import random_ref
from portal.filing import queries
from portal.filing.forms import SECTION_FORMS, SectionForm
from portal.filing.forms.certificate import CertificateForm
from portal.filing.forms.invoice import InvoiceForm
from portal.filing.forms.section import may_be_kept, numbered, typed_rows
from portal.filing.forms.transport import TransportForm
from portal.filing.models import Application
from portal.filing.queries.sections import Saver
from portal.filing.rules.kinds import leaves_india
from portal.filing.rules.sections import LISTS, Fate, Sent, digest, digests, fate, read_digests
from portal.identity import queries as identity
from portal.reference import queries as reference
from portal.web.context import actor, db
from portal.web.filters import day
from portal.web.forms import choices

CHOICES = {
    "consignee_country": reference.countries,
    "notify_country": reference.countries,
    "invoicing_country": reference.countries,
    "origin_country": reference.countries,
    "destination_country": reference.countries,
    "port_of_loading": reference.stations,
    "currency": reference.currencies,
    "incoterm": reference.incoterms,
}


@dataclass(frozen=True)
class Differs:
    """At one field: what somebody else saved meanwhile, in words, and the digest of it."""

    who: str
    at: datetime | None
    theirs: str
    digest: str


@dataclass
class Filling:
    """A section's form, with what the page showed and what the application has."""

    row: Application
    name: str
    form: SectionForm
    values: Mapping[str, Any]
    shown: Mapping[str, str] = field(default_factory=dict)
    page: str = ""
    differs: dict[str, Differs] = field(default_factory=dict)

    @property
    def digests(self) -> str:
        """What the form carries, so that a later save knows what it was filled in upon."""
        return digests(self.name, self.values, self.shown)

    def differ(self, clashing: Mapping[str, tuple[Any, Saver]]) -> None:
        """Note what others saved, to be shown at its fields."""
        if not clashing:
            return
        people = {saver.person_id for _theirs, saver in clashing.values() if saver.person_id}
        names = identity.names(db(), people)
        for name, (theirs, saver) in clashing.items():
            who = names.get(saver.person_id or 0, gettext("Somebody else"))
            words = in_words(self.form, name, {**self.values, name: theirs})
            self.differs[name] = Differs(who, saver.at, words, digest(theirs))


def stored(row: Application, name: str, filled: Mapping[str, str] | None = None) -> Filling:
    """The section as it is stored, with what this person typed and couldn't be kept.

    `filled` stands above what is stored: an entry of a book.
    """
    found = _blank(row, name)
    found.page = f"{random_ref(8)}.0"
    found.form.process(None, data={**found.form.shown(found.values), **(filled or {})})
    typed = queries.typed_by(db(), row, name, actor().person_id)
    for field_name, what in typed.items():
        if field_name in found.form and field_name not in (filled or {}):
            _type_again(found, field_name, what["typed"])
            found.shown = {**found.shown, field_name: what["shown"]}
    _meanwhile(found)
    return found


def posted(
    row: Application, name: str, post: MultiDict[str, str], *, is_shown: bool = True
) -> Filling:
    """The section as a page sends it, checked; a row that is to be removed is left out.

    A form that won't be shown gets the choices of those fields alone that were sent.
    """
    found = _blank(row, name, None if is_shown else post)
    cleaned = MultiDict({key: value for key, value in post.items(multi=True) if "\0" not in key})
    for listed in LISTS:
        rows = typed_rows(post, listed, _removed(post, listed))
        for key in [k for k in cleaned if k.startswith(f"{listed}-")]:
            del cleaned[key]
        cleaned.update(numbered(rows, listed))
    if isinstance(found.form, InvoiceForm):
        _count_decimals(found.form, post.get("currency", ""))
    found.form.process(cleaned, data=found.form.shown(found.values))
    found.shown = read_digests(name, post.get("shown")) or {}
    named = re.fullmatch(r"\w{1,16}\.\d{1,6}", post.get("page", ""), re.ASCII)
    found.page = named[0] if named else ""
    found.form.validate()
    return found


def sent_by(filling: Filling, post: MultiDict[str, str]) -> Sent:
    """What a page sends, field by field; a field that it says nothing of is left alone."""
    values: dict[str, Any] = {}
    typed: dict[str, dict[str, str]] = {}
    given_up = post.get("take", "")
    for name in filling.form.fields():
        if not _is_sent(post, name) or name == given_up:
            continue
        text = _as_typed(filling.form, post, name)
        typed[name] = text if may_be_kept(text) else {}
        is_blank = not any(part.strip() for part in text.values())
        if is_blank or not filling.form.faults(name):
            values[name] = filling.form.stored(name)
    page, _dot, turn = filling.page.partition(".")
    basis = _kept_anyway(filling, post)
    up = frozenset({given_up} & set(filling.form.fields()))
    return Sent(values, typed, basis, page, int(turn or 0), up)


def after(filling: Filling, sent: Sent, clashing: Mapping[str, tuple[Any, Saver]]) -> None:
    """Bring the page's own view up to what was stored: the digests, and what differs."""
    shown = dict(filling.shown)
    for name, value in sent.values.items():
        if name not in clashing:
            shown[name] = digest(value)
    filling.shown = shown
    filling.differ(clashing)


def refresh(filling: Filling, sent: Sent) -> None:
    """Show what others saved in fields that this page left alone, or gave up."""
    values = queries.section_values(db(), filling.row, filling.name)
    showing = filling.form.shown(values)
    for name in {*sent.values, *sent.given_up} - filling.differs.keys():
        mine = sent.values.get(name)
        if name in sent.given_up or digest(mine) != digest(values[name]):
            for part in filling.form.names(name):
                if part in showing:
                    filling.form[part].process(None, showing[part])
                    filling.form[part].errors = ()
            filling.shown = {**filling.shown, name: digest(values[name])}
    filling.values = values


def in_words(form: SectionForm, name: str, values: Mapping[str, Any]) -> str:
    """A stored value as the page would show it, in one line or a few."""
    value = form.shown(values)[name]
    target = form[name]
    if isinstance(target, FieldList):
        return "\n".join(", ".join(_plain(part) for part in row.values()) for row in value) or "–"
    if isinstance(target, SelectField):
        labels = {choice.value: str(choice.label) for choice in target.choices or ()}
        return labels.get(value, str(value)) if value else "–"
    return _plain(value) or "–"


def _blank(row: Application, name: str, asked: Container[str] | None = None) -> Filling:
    """The form with its choices, fitted to the application's kind; nothing is filled in yet.

    With `asked` only those fields get their choices.
    """
    if name not in SECTION_FORMS:
        raise NotFound
    form = SECTION_FORMS[name]()
    values = queries.section_values(db(), row, name)
    if isinstance(form, CertificateForm):
        form.fit(row.kind, row.replaces_number)
        book = identity.entries(db(), actor(), "branches") if actor().firm_id is not None else []
        form.offer(book, values["branch"], gettext("The registered office"))
    if isinstance(form, TransportForm):
        form.fit(leaves_india=leaves_india(row.kind, row.trade))
    offered: dict[Any, list[SelectChoice]] = {}
    for field_name, pairs in CHOICES.items():
        if field_name not in form:
            continue
        is_asked = asked is None or field_name in asked
        if is_asked and pairs not in offered:
            offered[pairs] = choices(pairs(db()), gettext("Choose…"))
        form[field_name].choices = offered[pairs] if is_asked else []
    if isinstance(form, InvoiceForm):
        _count_decimals(form, values["currency"])
    return Filling(row, name, form, values)


def _count_decimals(form: InvoiceForm, code: str) -> None:
    """Let the form know how many decimals a currency has."""
    if re.fullmatch("[A-Z]{3}", code):
        form.exponents = {**form.exponents, code: reference.currency_exponent(db(), code)}


def _type_again(found: Filling, name: str, typed: Mapping[str, str]) -> None:
    """Put what was typed back into the form, with what is wrong with it."""
    form, again = found.form, MultiDict(typed)
    for part in form.names(name):
        form[part].process(again)
    for part in form.names(name):
        check = getattr(type(form), f"validate_{part}", None)
        form[part].validate(form, [check] if check else [])


def _meanwhile(found: Filling) -> None:
    """Of what was typed before: what somebody else saved at the same field since."""
    clashing = [
        name
        for name, basis in found.shown.items()
        if not found.form.faults(name)
        and fate(found.form.stored(name), found.values[name], basis) is Fate.CLASHES
    ]
    savers = queries.last_savers(db(), found.row, clashing)
    found.differ({name: (found.values[name], savers[name]) for name in clashing})


def _kept_anyway(filling: Filling, post: MultiDict[str, str]) -> Mapping[str, str] | None:
    """What the page showed; at a field whose other value was seen and refused, that value."""
    name, _dot, seen = post.get("keep", "").partition(".")
    if "shown" not in post:
        return None
    return {**filling.shown, name: seen} if name in filling.form else filling.shown


def _is_sent(post: MultiDict[str, str], name: str) -> bool:
    if name in LISTS:
        return any(key.startswith(f"{name}-") for key in post)
    return name in post


def _as_typed(form: SectionForm, post: MultiDict[str, str], name: str) -> dict[str, str]:
    """The text of a field by the form's names, rows numbered anew."""
    if name in LISTS:
        return numbered(typed_rows(post, name, _removed(post, name)), name)
    return {part: post[part] for part in form.names(name) if part in post}


def _removed(post: MultiDict[str, str], name: str) -> int | None:
    """Which row of a list the person removes, if any."""
    listed, _dash, at = post.get("remove", "").rpartition("-")
    return int(at) if listed == name and re.fullmatch("[0-9]{1,3}", at) else None


def _plain(value: Any) -> str:
    return str(day(value)) if isinstance(value, date) else str(value or "")
