"""Brings an installation into the state it needs before it serves; again without change."""

from __future__ import annotations

from pathlib import Path

from portal import samples
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
    from portal.notices import actions as notices
    from portal.reference import actions as reference
    from portal.trade_agreements import actions as agreements
    from portal.trade_events import actions as events

    with found.sessions() as db:
        for seed in (reference.seed, notices.seed, agreements.seed, events.seed):
            write(db, seed)


def load_sandbox(found: Portal) -> None:
    """Invented people and agencies, and a specimen key for each office."""
    load_keys(found)
    with found.sessions() as db:
        write(db, samples.seed)


def load_keys(found: Portal) -> None:
    """A specimen authority, its root among the trusted ones, and a key for each sample office."""
    from portal.sandbox.authority import ensure_authority, issue_office_key

    settings, now = found.settings, clock.now()
    authority = settings.data_dir / "authority"
    root = ensure_authority(authority, now)
    settings.trust_dir.mkdir(parents=True, exist_ok=True)
    (settings.trust_dir / "specimen-root.pem").write_bytes(root.read_bytes())
    keys = Path(settings.seal_keys)
    for key_id, common_name, organisation in samples.office_keys():
        password = settings.seal_password
        issue_office_key(authority, keys, key_id, common_name, organisation, now, password)
