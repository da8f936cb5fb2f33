"""Stamps of offices and signatures of officers: uploaded, looked at as printed, withdrawn."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from flask import Response, request, url_for
from flask_babel import gettext

from portal.agencies import actions
from portal.agencies.forms import ImageForm
from portal.agencies.pages import bp
from portal.agencies.queries.images import Subject, Version, subjects, versions, what_of
from portal.agencies.rules import PRINTED_MM, Use
from portal.core.errors import DomainError, Missing, Problem
from portal.core.permissions import Permission
from portal.core.tx import write
from portal.core.words import N_
from portal.documents.images import message_for, redraw
from portal.documents.rules import IMAGE_TOO_LARGE, MAX_IMAGE_BYTES
from portal.web import page
from portal.web.access import requires
from portal.web.context import actor, db, kit
from portal.web.forms import submitted

NO_PICTURE = Problem("no_file", N_("Choose a PNG or JPEG file first."))
CSS_PX_PER_MM = 96 / 25.4


@dataclass(frozen=True)
class Print:
    """An image as a page shows it, in the size of its print; `width` and `height` in CSS pixels."""

    use: Use
    address: str
    width: int
    height: int


@bp.get("/agency/images")
@requires(Permission.AGENCY_MANAGE)
def images() -> Response:
    """Who has an image and who has none, and one of them as it is printed."""
    return _show(_form(), str(request.args.get("what", "")))


@bp.post("/agency/images")
@requires(Permission.AGENCY_MANAGE)
def add_image() -> Response:
    """Judge and redraw a picture; what was drawn counts from now on, the upload is dropped."""
    form, upload = _form(), request.files.get("file")
    valid = form.validate()
    if upload is None or not upload.filename:
        return _refuse(form, NO_PICTURE)
    content = upload.stream.read(MAX_IMAGE_BYTES + 1)
    if len(content) > MAX_IMAGE_BYTES:
        return _refuse(form, IMAGE_TOO_LARGE)
    db().rollback()
    drawn = redraw(content)
    if not drawn.ok:
        return _refuse(form, message_for(drawn))
    if not valid:
        return _show(form, code=422)
    what, key = str(form.what.data), kit().store.put("images", drawn.png)
    size = {"width": drawn.width, "height": drawn.height}
    try:
        write(db(), actions.add_image, actor(), what, key=key, png=drawn.png, **size)
    except DomainError as refusal:
        form.refuse_error(refusal)
        return _show(form, code=422)
    return page.go(url_for("agencies.images", what=what))


@bp.post("/agency/images/withdrawal")
@requires(Permission.AGENCY_MANAGE)
def withdraw_image() -> Response:
    """Let no image of an office or officer be printed from now on."""
    what = request.form.get("what", "")
    write(db(), actions.withdraw_image, actor(), what)
    return page.go(url_for("agencies.images", what=what))


def _form() -> ImageForm:
    form: ImageForm = submitted(ImageForm)
    form.what.choices = [("", "…"), *((s.what, _label(s)) for s in subjects(db(), _agency()))]
    return form


def _label(subject: Subject) -> str:
    if subject.officer_id is None:
        return str(gettext("Stamp of %(office)s", office=subject.office))
    names = {"name": subject.officer, "office": subject.office}
    return str(gettext("Signature of %(name)s, %(office)s", **names))


def _refuse(form: ImageForm, problem: Problem) -> Response:
    form.refuse("file", problem)
    return _show(form, code=422)


def _show(form: ImageForm, what: str = "", code: int = 200) -> Response:
    there, uploaded = subjects(db(), _agency()), versions(db(), _agency())
    present = {v.what: v for v in uploaded if v.replaced_at is None}
    chosen = next((s for s in there if s.what == what), None)
    if chosen is not None and form.what.data in (None, ""):
        form.what.data = chosen.what
    return page.show(
        "agencies/images.html",
        "",
        code,
        form=form,
        subjects=there,
        present=present,
        chosen=chosen,
        prints=_prints(chosen, present) if chosen else [],
        earlier=[v for v in uploaded if v.replaced_at is not None],
    )


def _prints(chosen: Subject, present: dict[str, Version]) -> list[Print]:
    """The images by box 11, from the top: of an officer, with the office's stamp."""
    whats = dict.fromkeys((chosen.what, what_of(chosen.office_id, None)))
    return [_print(present[what]) for what in whats if what in present]


def _print(version: Version) -> Print:
    content = kit().store.get(version.storage_key)
    across, down = PRINTED_MM[version.use]
    scale = min(across / version.width, down / version.height) * CSS_PX_PER_MM
    address = "data:image/png;base64," + base64.b64encode(content).decode()
    return Print(version.use, address, round(version.width * scale), round(version.height * scale))


def _agency() -> int:
    agency_id = actor().agency_id
    if agency_id is None:
        raise Missing("agency")
    return agency_id
