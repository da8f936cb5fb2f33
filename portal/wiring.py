"""Puts the application together: settings, HTTP manners, one blueprint a capability."""

from __future__ import annotations

from importlib import import_module

from flask import Flask
from flask_babel import Babel
from flask_compress import Compress
from flask_wtf.csrf import CSRFProtect
from htmx_flask import Htmx
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from portal.agencies import pages as agencies
from portal.agencies.actions import take_officer_seat
from portal.agencies.queries import (
    agency_name,
    agency_seats,
    office_name,
    office_seats,
    offices,
)
from portal.certificates import pages as certificates
from portal.cli import init_cli
from portal.config import ROOT, Settings
from portal.core import clock
from portal.core.db import make_engine, make_sessions
from portal.core.permissions import SeatKind
from portal.dashboard import pages as dashboard
from portal.dashboard.queries import alarms
from portal.filing import pages as filing
from portal.filing.queries import files_on_desk, open_files_at, used_under
from portal.identity import pages as identity
from portal.identity.actions import take_agent_seat, take_firm_seat, take_staff_seat
from portal.identity.queries import (
    agent_name,
    agent_seats,
    directorate_seats,
    firm_name,
    firm_seats,
    person_seats,
)
from portal.kit import Kit, Portal
from portal.legacy import pages as legacy
from portal.notices import pages as notices
from portal.notices.queries import next_switch
from portal.notifications import pages as notifications
from portal.reference import pages as reference
from portal.serve import die_with_parent
from portal.signing import pages as signing
from portal.trade_agreements import pages as trade_agreements
from portal.trade_events import pages as trade_events
from portal.verification import pages as verification
from portal.wallet import pages as wallet
from portal.web import (
    access,
    assets,
    context,
    errors,
    filters,
    headers,
    health,
    nav,
    preview,
    session,
    uploads,
)

SEATS = {
    SeatKind.FIRM: firm_seats,
    SeatKind.OFFICE: office_seats,
    SeatKind.AGENCY: agency_seats,
    SeatKind.AGENT: agent_seats,
    SeatKind.DIRECTORATE: directorate_seats,
    SeatKind.PERSON: person_seats,
}
SEAT_WORDS = {
    SeatKind.FIRM: firm_name,
    SeatKind.OFFICE: office_name,
    SeatKind.AGENCY: agency_name,
    SeatKind.AGENT: agent_name,
    SeatKind.DIRECTORATE: lambda _db, _row: "Directorate",
}
INVITATION_ACCEPTORS = {
    SeatKind.FIRM: take_firm_seat,
    SeatKind.OFFICE: take_officer_seat,
    SeatKind.AGENT: take_agent_seat,
    SeatKind.DIRECTORATE: take_staff_seat,
}
# Whoever keeps something about a person says what.
PERSONAL_DATA = tuple(
    import_module(f"portal.{room}.queries").personal_data_of
    for room in (
        "identity",
        "notices",
        "reference",
        "wallet",
        "agencies",
        "documents",
        "filing",
        "certificates",
        "notifications",
        "signing",
    )
)
ROOMS = (
    identity,
    notices,
    legacy,
    wallet,
    agencies,
    reference,
    signing,
    trade_agreements,
    trade_events,
    filing,
    certificates,
    verification,
    notifications,
    dashboard,
    health,
)


def build(settings: Settings) -> Flask:
    """The application: configuration, HTTP manners, then one blueprint a capability."""
    die_with_parent()
    clock.follow(settings.data_dir / "clock" if settings.is_sandbox else None)
    app = Flask("portal", template_folder=str(ROOT / "templates"), static_folder=None)
    configure(app, settings)
    sessions = make_sessions(make_engine(settings.database_url))
    app.extensions["portal"] = Portal(settings, Kit(settings), sessions)
    app.extensions["seat_sources"] = SEATS
    app.extensions["seat_words"] = SEAT_WORDS
    app.extensions["invitation_acceptors"] = INVITATION_ACCEPTORS
    app.extensions["personal_data"] = PERSONAL_DATA
    app.extensions["agencies"] = _agencies
    app.extensions["used_under"] = used_under
    app.extensions["open_files_at"] = open_files_at
    app.extensions["files_on_desk"] = files_on_desk
    app.extensions["alarms"] = alarms
    app.extensions["next_switch"] = lambda: next_switch(context.db(), clock.now())
    Babel(app)
    uploads.init_uploads(app)  # before what reads forms
    csrf = CSRFProtect(app)
    csrf.exempt(verification.by_file)
    csrf.exempt(signing.answer)
    Compress(app)
    Htmx(app)
    context.init_context(app, sessions)
    errors.init_errors(app)
    headers.init_headers(app, ROOT / "static" / "css" / "portal.css", https=settings.is_https)
    session.init_session(app, identity.look_up, secret=settings.secret_key, https=settings.is_https)
    preview.init_preview(app)
    access.init_access(app)
    filters.init_filters(app)
    nav.init_nav(app)
    assets.init_assets(app, ROOT / "static")
    for room in ROOMS:
        app.register_blueprint(room.bp)
    app.jinja_env.globals["ui"] = app.jinja_env.get_template("_ui/macros.html").module
    init_cli(app)
    return app


def _agencies(db: Session) -> list[tuple[int, str]]:
    """The agencies with an office, by row and name, for rooms below theirs."""
    return list(dict.fromkeys((office.agency_id, office.agency_name) for office in offices(db)))


def configure(app: Flask, settings: Settings) -> None:
    """Flask's own settings: limits of what is read, compression, no template reloading."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=6 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=512 * 1024,
        MAX_FORM_PARTS=200,
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=True,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_MIN_SIZE=400,
        TEMPLATES_AUTO_RELOAD=False,
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "translations"),
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["specimen"] = settings.is_sandbox
    app.jinja_env.globals["public_url"] = settings.public_url
    app.jinja_env.globals["mailbox_url"] = f"http://127.0.0.1:{settings.outside_port}/mailbox"
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops)  # type: ignore[method-assign]
