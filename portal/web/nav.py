"""The links on top of a page: what the public sees, and what a seat may open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask, request
from flask_login import current_user

from portal.core.permissions import Permission
from portal.core.words import N_


@dataclass(frozen=True)
class Link:
    """One link: the endpoint, its words, and the permission that shows it (None: everybody)."""

    endpoint: str
    words: str
    permission: Permission | None = None


PUBLIC = (
    Link("verification.verify", N_("Verify")),
    Link("trade_agreements.index", N_("Agreements")),
    Link("trade_events.index", N_("Events")),
    Link("notices.index", N_("Notices")),
)
SIGNED_IN = (
    Link("dashboard.show", N_("Dashboard"), Permission.DASHBOARD_READ),
    Link("filing.clients", N_("Clients"), Permission.CLIENTS_READ),
    Link("identity.agent", N_("Agent"), Permission.CLIENTS_READ),
    Link("filing.index", N_("Applications"), Permission.APPLICATION_READ),
    Link("filing.queue", N_("Queue"), Permission.APPLICATION_SCRUTINISE),
    Link("agencies.show", N_("Agency"), Permission.AGENCY_READ),
    Link("agencies.officers", N_("Officers"), Permission.AGENCY_MANAGE),
    Link("agencies.own_office", N_("Office"), Permission.OFFICE_READ),
    Link("identity.firm", N_("Firm"), Permission.FIRM_READ),
    Link("filing.agency_mismatches", N_("Shipping Bills"), Permission.AGENCY_READ),
    Link("filing.all_mismatches", N_("Shipping Bills"), Permission.OVERSIGHT_READ),
    Link("identity.claims_desk", N_("Claims"), Permission.CLAIMS_JUDGE),
    Link("wallet.show", N_("Wallet"), Permission.WALLET_READ),
    Link("identity.books", N_("Books"), Permission.FIRM_READ),
    Link("identity.mandates", N_("Agents"), Permission.FIRM_MANAGE),
    Link("legacy.index", N_("eCoO 1.0"), Permission.LEGACY_READ),
    Link("notices.desk", N_("Notices"), Permission.NOTICES_WRITE),
    Link("reference.desk", N_("Codes"), Permission.REFERENCE_WRITE),
    Link("agencies.desk", N_("Agencies"), Permission.AGENCIES_WRITE),
)


def signed_in_links() -> list[Link]:
    """The links of the present seat."""
    may = current_user.actor.may
    return [link for link in SIGNED_IN if link.permission is None or may(link.permission)]


def acting_for() -> str:
    """The seat that a form is made for."""
    return current_user.actor.seat.token if current_user.is_authenticated else ""


def is_here(endpoint: str) -> bool:
    """Whether the present page belongs to a link."""
    return request.endpoint == endpoint


def init_nav(app: Flask) -> None:
    """Offer the links to the templates."""
    app.jinja_env.globals.update(
        public_links=PUBLIC,
        signed_in_links=signed_in_links,
        acting_for=acting_for,
        is_here=is_here,
        current_user=current_user,
    )
