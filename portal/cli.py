"""`flask …`: start the portal, prepare its data, look after it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from portal import samples
from portal.core import audit, clock, outbox
from portal.core.errors import Refused, TryLater
from portal.core.tx import write
from portal.imports import import_group
from portal.kit import Portal
from portal.setup import get_ready
from portal.wallet import ledger


def init_cli(app: Flask) -> None:
    """Offer the commands; flask-babel's and flask's own stay."""
    for command in (
        serve,
        prepare,
        verify_all,
        backup,
        restore,
        demo,
        invite_director,
        companion_keys,
    ):
        app.cli.add_command(command)
    app.cli.add_command(outbox_group)
    app.cli.add_command(import_group)


def portal() -> Portal:
    """The application's settings, kit and sessions."""
    found: Portal = current_app.extensions["portal"]
    return found


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Prepare the data, then run web, workers and the queue until Ctrl-C."""
    from portal.serve import serve as run

    found = portal()
    sys.exit(run(found.settings, _say_where, lambda: get_ready(found)))


@click.command("prepare")
@with_appcontext
def prepare() -> None:
    """Bring the database to its newest shape and load what is missing."""
    get_ready(portal())


@click.command("companion-keys")
@with_appcontext
def companion_keys() -> None:
    """Print the portal's public key for companions beside DSC tokens (a JWK set)."""
    click.echo(json.dumps(portal().kit.companion_key.key_set(), indent=2))


@click.command("verify-all")
@with_appcontext
def verify_all() -> None:
    """Prove the audit trail, the ledger and the stored files; exits 1 on any fault."""
    from portal.proof import all_faults

    with portal().sessions() as db:
        found = list(all_faults(db, portal().kit))
        total = ledger.total_paise(db)
    click.echo(f"ledger sum {total} paise")
    for fault in found:
        click.echo(fault)
    click.echo(f"{len(found)} faults" if found else "audit trail, ledger and files are sound")
    sys.exit(1 if found else 0)


@click.command("backup")
@click.argument("target", required=False, type=click.Path(path_type=Path))
@click.option(
    "--with-secrets", is_flag=True, help="a sandbox's keys, too, so that a drill is whole"
)
@with_appcontext
def backup(target: Path | None, with_secrets: bool) -> None:
    """Write database, files and audit heads into the new folder TARGET, while the portal runs."""
    from portal.backup.take import take

    found = portal()
    folder = target or found.settings.data_dir / "backups" / f"{clock.now():%Y%m%dT%H%M%SZ}"
    with _plainly_refused():
        manifest, digest = take(found, folder, with_secrets=with_secrets)
    click.echo(f"{folder}: {manifest.rows} rows, {manifest.files} files, {manifest.bytes} bytes")
    click.echo(
        f"shape {manifest.revision}, {manifest.made_at}, audit heads {manifest.audit_digest}"
    )
    click.echo(f"manifest {digest} (keep this line somewhere else)")
    _say_faults(manifest.faults, "every file has its digest")


@click.command("restore")
@click.argument("source", type=click.Path(path_type=Path, exists=True, file_okay=False))
@with_appcontext
def restore(source: Path) -> None:
    """Bring the backup in SOURCE into an empty database and the file store, and prove it."""
    from portal.backup.put_back import put_back

    with _plainly_refused():
        done = put_back(portal(), source)
    manifest = done.manifest
    click.echo(f"{manifest.rows} rows and {manifest.files} files as of {manifest.made_at}")
    for fault in manifest.faults:
        click.echo(f"known since the backup: {fault}")
    _say_faults(done.faults, "audit trail, ledger and files are sound")


@click.command("demo")
def demo() -> None:
    """File, approve and verify three applications over real HTTP in a throw-away folder."""
    from portal.config import ROOT
    from portal.sandbox.demo import run

    sys.exit(run(ROOT))


@click.command("invite-director")
@click.argument("email")
@click.option("--name", default="", help="how the letter greets")
@with_appcontext
def invite_director(email: str, name: str) -> None:
    """Invite the first (or another) person of the directorate by a letter with a link."""
    from portal.identity.actions import invite_staff
    from portal.identity.rules import check_email

    problem = check_email(email)
    if problem is not None:
        raise click.UsageError(problem.plain())
    with portal().sessions() as db:
        ref = write(db, invite_staff, email, name)
    click.echo(f"invitation {ref} goes to {email} as soon as a worker runs (flask serve)")


outbox_group = AppGroup("outbox", help="Jobs that wait, and those past their tries.")


@outbox_group.command("list")
def outbox_list() -> None:
    """Everything not done yet, as JSON lines."""
    with portal().sessions() as db:
        for row in outbox.waiting(db):
            facts = {"id": row.id, "fact": row.fact, "job": row.job, "ref": row.ref}
            click.echo(json.dumps({**facts, "tries": row.tries, "error": row.last_error}))


@outbox_group.command("again")
@click.argument("task_id", type=int)
def outbox_again(task_id: int) -> None:
    """Let a job that used up its tries start afresh."""
    with portal().sessions() as db:
        revived = write(db, outbox.revive, task_id)
    click.echo("it is tried again" if revived else "no such job waits")


@outbox_group.command("seal-day")
def seal_day() -> None:
    """Keep the heads of the audit trail as of now (the nightly job does it by itself)."""
    with portal().sessions() as db:
        click.echo(write(db, audit.seal_day, clock.today()))


@contextmanager
def _plainly_refused() -> Iterator[None]:
    """What an operator can act on ends with its message, not with a traceback."""
    from portal.backup.manifest import Unfit
    from portal.migrations.run import BrokenReferences

    try:
        yield
    except (Unfit, Refused, TryLater, BrokenReferences, OSError) as error:
        raise click.ClickException(str(error)) from error


def _say_faults(faults: tuple[str, ...], sound: str) -> None:
    for fault in faults:
        click.echo(fault)
    click.echo(f"{len(faults)} faults" if faults else sound)
    sys.exit(1 if faults else 0)


def _say_where() -> None:
    settings = portal().settings
    click.echo(f"\neCoO answers at {settings.public_url}  (Ctrl-C stops it)")
    if settings.is_sandbox:
        if settings.has_samples:
            _say_samples(settings.secret_key)
        mailbox = f"http://127.0.0.1:{settings.outside_port}/mailbox"
        click.echo(f"Letters, text messages and the apps' present codes: {mailbox}")


def _say_samples(secret_key: str) -> None:
    click.echo(f"Sample sign-ins, all with the password  {samples.PASSWORD}")
    apps = samples.factors(secret_key)
    for role, email in samples.sign_ins():
        secret = f"  app secret {apps[email]}" if email in apps else ""
        click.echo(f"  {email:32} {role}{secret}")
