"""Beginning a draft from another application or a template, and keeping templates."""

from __future__ import annotations

from typing import Any

from flask import Response, request, url_for
from flask_babel import gettext

from portal.core.errors import DomainError
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.filing import queries
from portal.filing.actions import reuse as actions
from portal.filing.forms.reuse import AgainForm, TemplateForm, again_form
from portal.filing.pages import bp
from portal.filing.queries.templates import (
    Reusable,
    reusable,
    reusable_template,
    templates,
)
from portal.filing.rules.reuse import NOT_TAKEN
from portal.reference import queries as reference
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db
from portal.web.forms import choices, submitted


@bp.get("/applications/<ref>/copy")
@requires(Permission.APPLICATION_PREPARE)
def copy(ref: str) -> Response:
    """What a new draft takes from an application, and what has to be said anew."""
    found = reusable(db(), actor(), ref)
    return _show(found, _form(found), ref=ref)


@bp.post("/applications/<ref>/copy")
@requires(Permission.APPLICATION_PREPARE)
def use_again(ref: str) -> Response:
    """Begin the new draft."""
    found = reusable(db(), actor(), ref)
    form = _form(found)
    if not form.validate():
        return _show(found, form, ref=ref, status=422)
    terms: dict[str, Any] = {"instead": form.instead()}
    terms["same_credit"] = bool(form.same_credit.data)
    office = int(form.office.data)
    try:
        new = write(db(), actions.use_again, actor(), ref, office, **terms, **form.fresh())
    except DomainError as refusal:
        form.refuse_error(refusal)
        return _show(found, form, ref=ref, status=422)
    return page.go(url_for("filing.show", ref=new))


@bp.post("/applications/<ref>/template")
@requires(Permission.APPLICATION_PREPARE)
def keep_template(ref: str) -> Response:
    """Keep what repeats of an application under a name."""
    found = reusable(db(), actor(), ref)
    name: TemplateForm = submitted(TemplateForm)
    if name.validate():
        try:
            write(db(), actions.keep_template, actor(), ref, str(name.name.data))
            return page.go(url_for("filing.templates"))
        except DomainError as refusal:
            name.refuse_error(refusal)
    return _show(found, _form(found, sent=False), ref=ref, name=name, status=422)


@bp.get("/applications/templates", endpoint="templates")
@requires(Permission.APPLICATION_PREPARE)
def all_templates() -> Response:
    """The templates by name."""
    archived = request.args.get("archived") == "1"
    rows = templates(db(), actor(), archived=archived)
    return page.show("filing/templates.html", "", rows=rows, archived=archived)


@bp.get("/applications/templates/<template>")
@requires(Permission.APPLICATION_PREPARE)
def template(template: str) -> Response:
    """What a new draft takes from a template."""
    found = reusable_template(db(), actor(), template)
    return _show(found, _form(found), template=template)


@bp.post("/applications/templates/<template>/drafts")
@requires(Permission.APPLICATION_PREPARE)
def use_template(template: str) -> Response:
    """Begin a draft from a template."""
    found = reusable_template(db(), actor(), template)
    form = _form(found)
    if not form.validate():
        return _show(found, form, template=template, status=422)
    office, instead = int(form.office.data), form.instead()
    try:
        new = write(
            db(), actions.use_template, actor(), template, office, instead=instead, **form.fresh()
        )
    except DomainError as refusal:
        form.refuse_error(refusal)
        return _show(found, form, template=template, status=422)
    return page.go(url_for("filing.show", ref=new))


@bp.post("/applications/templates/<template>")
@requires(Permission.APPLICATION_PREPARE)
def rename_template(template: str) -> Response:
    """Give a template another name."""
    found = reusable_template(db(), actor(), template)
    name: TemplateForm = submitted(TemplateForm)
    if name.validate():
        try:
            write(db(), actions.rename_template, actor(), template, str(name.name.data))
            return page.go(url_for("filing.templates"))
        except DomainError as refusal:
            name.refuse_error(refusal)
    form = _form(found, sent=False)
    return _show(found, form, template=template, name=name, status=422)


@bp.post("/applications/templates/<template>/archive")
@requires(Permission.APPLICATION_PREPARE)
def archive_template(template: str) -> Response:
    """Take a template out of the choice."""
    write(db(), actions.archive_template, actor(), template)
    return page.go(url_for("filing.templates"))


def _form(found: Reusable, *, sent: bool = True) -> AgainForm:
    """The form as sent, or with the office of before where that one takes files now."""
    offices = queries.offices_for(db(), actor())
    before = str(found.office_id)
    offered = {str(office.id) for office in offices}
    shape = again_form(reference.hs_problems(db(), found.codes))
    data = {"office": before if before in offered else ""}
    form: AgainForm = submitted(shape, **data) if sent else shape(**data)
    pairs = [(str(office.id), f"{office.label} ({office.city})") for office in offices]
    form.office.choices = choices(pairs, gettext("Choose…"))
    return form


def _show(
    found: Reusable,
    form: AgainForm,
    *,
    ref: str = "",
    template: str = "",
    name: TemplateForm | None = None,
    status: int = 200,
) -> Response:
    offered = {int(choice.value) for choice in form.office.choices or () if choice.value}
    return page.show(
        "filing/again.html",
        "panel",
        status,
        r=found,
        form=form,
        name=name or TemplateForm(name=found.title if template else ""),
        ref=ref,
        template=template,
        not_taken=NOT_TAKEN,
        ended=reference.hs_problems(db(), found.codes),
        office_gone=found.office_id not in offered,
        places=dict(reference.countries(db())),
        station=_station(found),
    )


def _station(found: Reusable) -> str:
    code = found.fields.get("port_of_loading") or ""
    return f"{reference.station_name(db(), code)} ({code})" if code else ""
