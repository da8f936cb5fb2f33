"""The directorate's desk: enter and correct notices, set values, look at any date."""

from __future__ import annotations

from flask import Response, request, url_for

from portal.core import clock
from portal.core.clock import IST
from portal.core.errors import DomainError, Missing
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.notices import actions, queries
from portal.notices.forms import NoticeForm, RuleForm
from portal.notices.pages import bp
from portal.notices.queries import RuleFacts
from portal.notices.rules import ALL
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import submitted
from portal.web.preview import address_of, instant_of

ALL_OF_THEM = 1000


@bp.get("/notices/desk")
@requires(Permission.NOTICES_WRITE)
def desk() -> Response:
    """What holds at any instant (`on`, IST), what changes next, and the register."""
    instant = instant_of(request.args.get("on", "")) or clock.now()
    return page.show(
        "notices/desk.html",
        rules=queries.rules_on(db(), instant),
        on=instant.astimezone(IST).strftime("%Y-%m-%dT%H:%M:%S"),
        instant=instant,
        switch=queries.next_switch(db(), instant),
        scheduled=queries.scheduled(db(), instant),
        rows=queries.notices(db(), most=ALL_OF_THEM),
        preview=address_of(instant),
    )


@bp.get("/notices/new")
@requires(Permission.NOTICES_WRITE)
def new() -> Response:
    """The form for a notice."""
    return page.show("notices/form.html", form=NoticeForm(), slug="")


@bp.post("/notices")
@requires(Permission.NOTICES_WRITE)
def enter() -> Response:
    """Enter a notice."""
    form: NoticeForm = submitted(NoticeForm)
    if form.validate():
        try:
            slug = write(db(), actions.enter, actor(), **form.facts())
            return page.go(url_for("notices.edit", slug=slug))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return page.show("notices/form.html", "", 422, form=form, slug="")


@bp.get("/notices/<slug>/correction")
@requires(Permission.NOTICES_WRITE)
def edit(slug: str) -> Response:
    """A notice with its values, to correct."""
    return _edit(slug, NoticeForm(obj=queries.notice(db(), slug)), RuleForm())


@bp.post("/notices/<slug>/correction")
@requires(Permission.NOTICES_WRITE)
def correct(slug: str) -> Response:
    """Correct a notice, saying why."""
    form: NoticeForm = submitted(NoticeForm)
    if not form.validate() or not (form.why.data or "").strip():
        if not (form.why.data or "").strip():
            form.why.errors = [*form.why.errors, form.why.gettext("Say why it is corrected.")]
        return _edit(slug, form, RuleForm(), 422)
    write(db(), actions.correct, actor(), slug, form.why.data or "", **form.facts())
    return page.go(url_for("notices.edit", slug=slug))


@bp.post("/notices/<slug>/rules")
@requires(Permission.NOTICES_WRITE)
def set_rule(slug: str) -> Response:
    """Let the notice set a value from an instant on."""
    form: RuleForm = submitted(RuleForm)
    if form.validate():
        starts, ends = form.interval()
        rule, why = ALL[str(form.rule.data)], form.why.data or ""
        facts = (slug, rule, form.parsed, starts, ends)
        try:
            write(db(), actions.set_rule, actor(), *facts, why=why)
            return page.go(url_for("notices.edit", slug=slug))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return _edit(slug, NoticeForm(obj=queries.notice(db(), slug)), form, 422)


@bp.get("/notices/<slug>/rules/<int:row>")
@requires(Permission.NOTICES_WRITE)
def edit_rule(slug: str, row: int) -> Response:
    """One value to correct."""
    found = _rule(slug, row)
    return page.show("notices/rule.html", form=_typed(found), slug=slug, r=found)


@bp.post("/notices/<slug>/rules/<int:row>")
@requires(Permission.NOTICES_WRITE)
def correct_rule(slug: str, row: int) -> Response:
    """Correct a value or its time, saying why."""
    found = _rule(slug, row)
    form: RuleForm = submitted(RuleForm)
    form.rule.data = found.rule.name
    if form.validate():
        starts, ends = form.interval()
        facts = (slug, row, form.parsed, starts, ends)
        try:
            write(db(), actions.correct_rule, actor(), *facts, why=form.why.data or "")
            return page.go(url_for("notices.edit", slug=slug))
        except DomainError as refusal:
            form.refuse_error(refusal)
    return page.show("notices/rule.html", "", 422, form=form, slug=slug, r=found)


def _edit(slug: str, form: NoticeForm, rule: RuleForm, code: int = 200) -> Response:
    found = queries.notice(db(), slug)
    return page.show("notices/form.html", "", code, form=form, rule=rule, n=found, slug=slug)


def _rule(slug: str, row: int) -> RuleFacts:
    for found in queries.notice(db(), slug).rules:
        if found.id == row:
            return found
    raise Missing("rule")


def _typed(found: RuleFacts) -> RuleForm:
    """A stored value as somebody would have typed it."""
    value = found.value
    if found.rule.name == "fee_paise":
        text = f"{value / 100:.2f}"
    elif isinstance(value, bool):
        text = "yes" if value else "no"
    else:
        text = ", ".join(value) if isinstance(value, list) else str(value)
    until = found.valid_until
    return RuleForm(
        rule=found.rule.name,
        value=text,
        valid_from=found.valid_from.astimezone(IST).replace(tzinfo=None),
        valid_until=until.astimezone(IST).replace(tzinfo=None) if until else None,
    )
