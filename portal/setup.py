"""Brings an installation into the state it needs before it serves; again without change."""

from __future__ import annotations

import json
import os

from portal import samples
from portal.agencies.queries import OfficeFacts
from portal.config import Settings
from portal.core import clock
from portal.core.tx import write
from portal.kit import Portal


def get_ready(found: Portal) -> None:
    """Newest shape of the database, codes and rules; in a sandbox people, keys and typeface."""
    from portal.migrations.run import upgrade

    found.settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(found.settings.database_url)
    load_reference(found)
    if found.settings.is_sandbox:
        load_sandbox(found)
    found.kit.make_faces()


def load_reference(found: Portal) -> None:
    """Codes, notices, agreements and events that come with the portal."""
    from portal.agencies import actions as agencies
    from portal.notices import actions as notices
    from portal.reference import actions as reference
    from portal.trade_agreements import actions as agreements
    from portal.trade_events import actions as events

    with found.sessions() as db:
        for seed in (reference.seed, notices.seed, agreements.seed, events.seed, agencies.seed):
            write(db, seed)


def load_sandbox(found: Portal) -> None:
    """Invented people and agencies, and a specimen key for each office."""
    load_keys(found)
    if not found.settings.has_samples:
        return
    with found.sessions() as db:
        write(db, samples.seed, found.settings.secret_key)
    _lay_phones(found)


def _sample_keys(found: Portal) -> list[tuple[str, str, str]]:
    return samples.office_keys() if found.settings.has_samples else []


def _lay_phones(found: Portal) -> None:
    """The apps of the sample people, where the sandbox's stand-in for their phones finds them."""
    folder = found.settings.data_dir / "sandbox"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = json.dumps(samples.factors(found.settings.secret_key))
    draft = folder / f"phones.json.{os.getpid()}"
    draft.touch(mode=0o600)
    draft.write_text(text)
    draft.replace(folder / "phones.json")


def load_keys(found: Portal) -> None:
    """A specimen authority, its root among the trusted ones, and a key for each sample office."""
    from portal.sandbox.authority import (
        CA,
        authority_certificate,
        ensure_authority,
        issue_office_key,
    )
    from portal.sandbox.companion import ensure_companion_key

    settings, now = found.settings, clock.now()
    authority = settings.data_dir / "authority"
    lists = crl_base(settings)
    root = ensure_authority(authority, now, lists)
    settings.trust_dir.mkdir(parents=True, exist_ok=True)
    (settings.trust_dir / "specimen-root.pem").write_bytes(root.read_bytes())
    issuers = settings.trust_dir / "issuers"
    issuers.mkdir(exist_ok=True)
    for ca in (CA.ISSUER, CA.ESIGN, CA.TOKEN):
        above = authority_certificate(authority, ca, now, lists)
        (issuers / f"specimen-{ca}.pem").write_bytes(above)
    _register_at_provider(settings)
    ensure_companion_key(settings.companion_key)
    keys = settings.seal_folder
    if keys is None:  # a token gets its keys from whoever runs it
        return
    for key_id, common_name, organisation in _sample_keys(found):
        password = settings.seal_password
        issue_office_key(authority, keys, key_id, common_name, organisation, now, password, lists)


def _register_at_provider(settings: Settings) -> None:
    """Our key for messages to the sandbox's e-sign provider, our place on its list, its key."""
    from portal.sandbox.asp import register_asp
    from portal.sandbox.esign import provider_certificate

    registry, esign = settings.data_dir / "sandbox" / "asps", settings.esign
    answers = f"{settings.public_url}/"
    register_asp(esign.key, registry, esign.asp_id, answers, clock.now())
    provider_certificate(settings.data_dir, clock.now(), crl_base(settings))


def make_office_key(settings: Settings, office: OfficeFacts) -> str:
    """A specimen seal key for a new office; returns its id, or nothing outside a sandbox."""
    from portal.sandbox.authority import issue_office_key

    keys = settings.seal_folder
    if not settings.is_sandbox or keys is None:
        return ""
    key_id = f"{office.agency_code}-{office.code}-{office.id}".lower()
    who = (f"{office.agency_name}, {office.name}", office.agency_name)
    authority = settings.data_dir / "authority"
    password, lists = settings.seal_password, crl_base(settings)
    issue_office_key(authority, keys, key_id, *who, clock.now(), password, lists)
    return key_id


def crl_base(settings: Settings) -> str:
    """Where a sandbox's authorities keep their CRLs: the address before `/crl/root.crl`."""
    return f"http://127.0.0.1:{settings.outside_port}"
