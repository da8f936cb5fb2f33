"""`flask …`: start the portal, prepare its data, look after it."""

from __future__ import annotations

import json
import sys

import click
from flask import Flask, current_app
from flask.cli import AppGroup, with_appcontext

from portal import samples
from portal.core import audit, clock, outbox
from portal.core.tx import write
from portal.kit import Portal
from portal.setup import get_ready
from portal.wallet import ledger


def init_cli(app: Flask) -> None:
    """Offer the commands; flask-babel's and flask's own stay."""
    for command in (serve, prepare, verify_all, demo):
        app.cli.add_command(command)
    app.cli.add_command(outbox_group)


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


@click.command("demo")
def demo() -> None:
    """File, approve and verify three applications over real HTTP in a throw-away folder."""
    from portal.config import ROOT
    from portal.sandbox.demo import run

    sys.exit(run(ROOT))


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


def _say_where() -> None:
    settings = portal().settings
    click.echo(f"\neCoO answers at {settings.public_url}  (Ctrl-C stops it)")
    if settings.is_sandbox:
        click.echo(f"Sample sign-ins, all with the password  {samples.PASSWORD}")
        for role, email in samples.sign_ins():
            click.echo(f"  {email:32} {role}")
