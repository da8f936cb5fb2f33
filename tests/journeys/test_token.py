"""A DSC token in a real browser: the real companion, a token in software, a person's consent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography import x509
from playwright.sync_api import expect

from portal.sandbox.authority.tokens import TokenFacts, issue_token_certificate
from tests.companion.running import (
    PIN,
    SERIOUS_SECONDS,
    Running,
    Token,
    make_key,
    make_token,
    running,
)
from tests.journeys import acts, laid
from tests.journeys.people import Person, Walk

EXPORTER, OFFICER = "owner@rice.example", "officer@chamber.example"
SIGNER = "Invented Owner Asha"
PORTS = (37451, 37452, 37453)
MOST_CLICKS = 3
BUTTON = "Sign with a DSC token and hand in"


@pytest.fixture
def token(walk: Walk, tmp_path: Path) -> Token:
    """The owner's token."""
    return token_of(walk, tmp_path / "token", SIGNER)


def token_of(walk: Walk, folder: Path, name: str) -> Token:
    """Somebody's token, by the portal's own specimen authority."""
    key, authority = make_key(), walk.portal.data_dir / "authority"
    lists = f"http://127.0.0.1:{walk.portal.port + 1}"
    facts = TokenFacts(name, pan="ABCPA0001A")
    der = issue_token_certificate(
        authority, key.public_key(), facts, datetime.now(UTC), crl_base=lists
    )
    return make_token(folder, key, x509.load_der_x509_certificate(der))


@contextmanager
def companion(walk: Walk, folder: Path, token: Token) -> Iterator[Running]:
    """The program as the portal's page says to install it."""
    keys = json.loads((walk.portal.data_dir / "companion" / "portal.jwks").read_text())
    with running(folder, token, keys, ports=PORTS, origins=[walk.base]) as started:
        yield started


def said(person: Person, words: str) -> Person:
    """The panel says something; all that it could say is in the page, too, but hidden."""
    expect(person.page.locator("[data-part=said]")).to_contain_text(words, timeout=15_000)
    return person


def approved(person: Person, program: Running, pin: str = PIN) -> str:
    """Press the page's button, then say yes and type the PIN in the companion; what it showed."""
    with ThreadPoolExecutor(1) as hands:
        hand = hands.submit(program.approve, pin)
        person.press("Sign with the token")
        return hand.result(SERIOUS_SECONDS)


def paired(person: Person, program: Running) -> None:
    """Carry the code over, once."""
    said(person, "Type the six digits").look("token-pair")
    person.type(**{"pairing-code": program.code()}).press("Connect")
    said(person, "The companion and the token are there.").look("token-ready")


def test_a_token_signs_an_application(walk: Walk, token: Token, tmp_path: Path) -> None:
    exporter, officer = walk.someone(EXPORTER), walk.someone(OFFICER)
    ref = laid.stage(walk.portal).draft(invoice_number="SPECIMEN-T1")
    if not walk.mode.script:
        exporter.open(f"/applications/{ref}", "review").type(declared="y").press(BUTTON)
        exporter.at(r"/signatures/\w+$").reads("a browser with script").look("token-plain")
        exporter.press("Save for later").at(f"/applications/{ref}")
        return
    with companion(walk, tmp_path / "settings", token) as program:
        exporter.open("/signatures", "sign-try-out").press("Try the token")
        exporter.at(r"/signatures/\w+$")
        paired(exporter, program)
        approved(exporter, program)
        exporter.reads("Signed.", SIGNER).look("token-tried-out")
        clicks = [BUTTON, "Sign with the token", "yes, in the companion"]
        exporter.open(f"/applications/{ref}", "review").type(declared="y").press(clicks[0])
        said(exporter, "The companion and the token are there.")
        shown = approved(exporter, program)
        exporter.reads("Signed.", SIGNER).look("token-done")
    digest = exporter.page.locator("dd", has_text="…").first.inner_text().strip("…")
    assert digest in shown.replace(" ", "") and "Application for a certificate" in shown
    assert len(clicks) <= MOST_CLICKS
    print(f"token, {walk.mode}: {len(clicks)} clicks, one PIN: {clicks}")
    number = acts.gone_in(exporter, ref)
    exporter.reads(f"Signed by {SIGNER} with a DSC token")
    officer.open(f"/queue/{number}", "sign-scrutiny").reads(f"{SIGNER} with a DSC token")


def test_what_goes_wrong_is_said_and_the_next_try_works(
    walk: Walk, token: Token, tmp_path: Path
) -> None:
    exporter = walk.someone(EXPORTER)
    exporter.open("/signatures/companion", "token-help").follow("Try the whole way out")
    exporter.press("Try the token").at(r"/signatures/\w+$")
    if not walk.mode.script:
        exporter.reads("a browser with script", "Aadhaar e-sign needs neither")
        return
    said(exporter, "The companion does not answer").look("token-not-running")
    with companion(walk, tmp_path / "settings", token) as program:
        program.code()
        said(exporter.press("Look again"), "Type the six digits")
        right = program.code()
        wrong = f"{(int(right) + 1) % 10**6:06}"
        exporter.type(**{"pairing-code": wrong}).press("Connect")
        said(exporter, "That is not the code").look("token-wrong-code")
        exporter.type(**{"pairing-code": program.code()}).press("Connect")
        said(exporter, "The companion and the token are there.")
        with ThreadPoolExecutor(1) as hands:
            hand = hands.submit(program.decline)
            exporter.press("Sign with the token")
            hand.result(SERIOUS_SECONDS)
        said(exporter, "You declined in the companion").press("Look again")
        said(exporter, "The companion and the token are there.")
        approved(exporter, program, "wrong-pin")
        said(exporter, "The PIN was wrong").look("token-wrong-pin").press("Look again")
        said(exporter, "A wrong PIN was given before").look("token-pin-low")
        token.pull_out()
        exporter.press("Sign with the token")
        said(exporter, "No token is inserted").look("token-none")
        token.put_back()
        said(exporter.press("Look again"), "A wrong PIN was given before")
        approved(exporter, program)
        exporter.reads("Signed.", SIGNER)


def test_an_officer_signs_a_list_by_one_pin(walk: Walk, tmp_path: Path) -> None:
    stage, officer = laid.stage(walk.portal), walk.someone(OFFICER)
    for one in range(2):
        stage.approved(invoice_number=f"SPECIMEN-L{one}")
    officer.open("/queue", "queue").follow("Decisions to sign").look("decisions")
    rows = officer.page.locator("table tbody tr").count()
    assert rows >= 2
    button = f"Sign these {rows} with the token"
    if not walk.mode.script:
        officer.press(button).reads("ready to be signed", "a browser with script")
        officer.look("together-plain")
        return
    token = token_of(walk, tmp_path / "token", stage.actor("officer").name)
    with companion(walk, tmp_path / "settings", token) as program:
        program.code()
        officer.press(button).reads("ready to be signed").look("together")
        paired(officer, program)
        shown = approved(officer, program)
        officer.reads("Each signature was checked.", within=60).look("together-signed")
    assert f"{rows} documents" in shown or shown.count("Decision on a certificate") == rows
    officer.follow("Go on").reads("Nothing waits for your signature").look("decisions-none")
