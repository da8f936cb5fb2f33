"""Tokens, seats, headers and attachments: what every answer and every POST keeps to."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.config import ROOT
from portal.web import access
from tests.access.snapshot import everything
from tests.access.table import PUBLIC
from tests.access.test_routes import File, address, document_of, rules
from tests.build import Stage, csrf_token, form_fields

HEAVY = ("pyhanko", "xhtml2pdf", "reportlab", "pikepdf", "fontTools", "rq", "redis")


def posts(app: Flask, file: File) -> list[str]:
    """The address of every POST that needs a session."""
    found = [rule for rule in rules(app) if "POST" in (rule.methods or ())]
    return [address(rule, file) for rule in found if rule.endpoint not in PUBLIC]


def test_a_post_without_the_right_token_does_nothing(stage: Stage) -> None:
    """Missing, wrong, of another sign-in, of nobody: 400 everywhere, by form and by header."""
    file = File(stage.questioned(), "x")
    seat = form_fields(stage.client("owner").get("/seat").text)["acting_for"]
    foreign = csrf_token(stage.client("stranger").get("/seat").text)
    nobodys = csrf_token(stage.client().get("/sign-in").text)
    for who in ("owner", "officer"):
        client = stage.client(who)
        with stage.db() as db:
            before = everything(db)
            for url in posts(stage.app, file):
                for token in (None, "", "wrong", foreign, nobodys):
                    fields = {"acting_for": seat, "text": "t", "declared": "y", "key": "k"}
                    fields |= {} if token is None else {"csrf_token": token}
                    answer = client.post(url, data=fields)
                    assert answer.status_code == 400, (who, url, token)
                    assert "Nothing was done" in answer.text
                headers = {"X-CSRFToken": foreign}
                assert client.post(url, headers=headers).status_code == 400, url
            assert everything(db) == before
        assert client.get("/dashboard").status_code == 200


def test_signing_in_needs_the_token_too(stage: Stage) -> None:
    client = stage.client()
    fields = {"email": "owner@rice.example", "password": "specimen-only-please"}
    assert client.post("/sign-in", data=fields).status_code == 400
    assert client.get("/dashboard").status_code == 303


def test_a_form_made_for_another_seat_is_refused(stage: Stage) -> None:
    """Two tabs: the second switched the firm or office, the first still shows the old one."""
    file = File(stage.questioned(), "x")
    client = stage.client("owner")
    fields = {**form_fields(client.get("/seat").text), "text": "t", "declared": "y", "key": "k"}
    with stage.db() as db:
        before = everything(db)
        for other in ("firm-2-owner", "office-1-officer", "", "firm-1-viewer"):
            for url in posts(stage.app, file):
                answer = client.post(url, data={**fields, "acting_for": other})
                assert answer.status_code == 409, (url, other)
                assert "You switched to another firm or office" in answer.text
        assert everything(db) == before


def test_no_page_is_let_in_without_a_token_of_its_own(app: Flask) -> None:
    """Upload-to-verify changes nothing and checks Origin; the provider's answer is signed."""
    exempt = app.extensions["csrf"]._exempt_views
    exempted = {"portal.verification.pages.by_file", "portal.signing.pages.requests.answer"}
    assert exempt == exempted
    assert frozenset({"signing.answer"}) == access.CALLBACKS


def test_every_kind_of_answer_has_the_headers(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ref = stage.draft()
    document = document_of(stage, ref)
    client, public = stage.client("owner"), stage.client()
    token = form_fields(client.get("/seat").text)
    monkeypatch.setitem(stage.app.view_functions, "trade_events.index", broken)
    answers = {
        200: client.get("/dashboard"),
        303: public.get("/dashboard"),
        400: client.post("/sign-out"),
        403: client.get("/queue"),
        404: public.get("/nothing"),
        405: public.post("/dashboard"),
        409: client.post("/sign-out", data={**token, "acting_for": "x"}),
        422: client.post("/applications", data=token),
        500: public.get("/events"),
        2000: client.get(f"/applications/{ref}/documents/{document}"),
        2001: public.get("/verify"),
        2002: public.get("/healthz"),
    }
    for status, answer in answers.items():
        assert answer.status_code == (200 if status > 999 else status)
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"], status
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store", status
        assert "Server" not in answer.headers and "X-Powered-By" not in answer.headers
    assert "a secret in a message" not in answers[500].text
    assert "Traceback" not in answers[500].text


def broken() -> str:
    raise RuntimeError("a secret in a message")


broken.access = "public"  # type: ignore[attr-defined]


def test_public_pages_set_no_cookie(stage: Stage) -> None:
    number = stage.approved()[1]
    client = stage.client()
    for url in ("/", "/verify", f"/verify/{number}", "/q/x", "/agreements", "/events", "/healthz"):
        assert "Set-Cookie" not in client.get(url).headers, url
    assert "Set-Cookie" not in client.get("/nothing").headers
    assert "Set-Cookie" not in client.get("/dashboard").headers


def test_what_is_cached_never_depends_on_who_is_signed_in(stage: Stage) -> None:
    client, public = stage.client("owner"), stage.client()
    for rule in rules(stage.app):
        view = stage.app.view_functions[rule.endpoint]
        if getattr(view, "cache_seconds", 0) and not rule.arguments:
            answer = client.get(rule.rule)
            assert answer.data == public.get(rule.rule).data
            assert "Set-Cookie" not in answer.headers


def test_documents_are_only_ever_attachments(stage: Stage) -> None:
    number = stage.in_scrutiny()
    document = document_of(stage, number)
    for client, url in (
        (stage.client("owner"), f"/applications/{number}/documents/{document}"),
        (stage.client("officer"), f"/queue/{number}/documents/{document}"),
    ):
        answer = client.get(url)
        assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
        assert answer.headers["Content-Type"] == "application/pdf"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"].startswith("sandbox")


def test_a_file_name_cannot_write_headers(stage: Stage) -> None:
    ref = stage.draft()
    client = stage.client("owner")
    fields = {**form_fields(client.get("/seat").text), "kind": "invoice"}
    from portal.sandbox.papers import plain_pdf

    name = 'a"; filename="b.html\r\nSet-Cookie: x=y\u202e../../etc/हि.pdf'
    file = {"file": (io.BytesIO(plain_pdf("x")), name)}
    answer = client.post(f"/applications/{ref}/documents", data={**fields, **file})
    assert answer.status_code == 303
    page = client.get(f"/applications/{ref}/documents").text
    assert "\u202e" not in page
    document = page.split(f"/applications/{ref}/documents/")[1].split('"')[0]
    found = client.get(f"/applications/{ref}/documents/{document}")
    assert "Set-Cookie" not in found.headers
    assert found.headers["Content-Disposition"].startswith("attachment")


def test_htmx_is_told_where_to_go_instead_of_being_sent(stage: Stage) -> None:
    answer = stage.client().get("/dashboard", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.text) == (204, "")
    assert answer.headers["HX-Redirect"].startswith("/sign-in")


def test_headers_that_lie_change_nothing(stage: Stage) -> None:
    """No proxy is trusted by default, and no header overrides method, path or person."""
    client: FlaskClient = stage.client()
    lies = {
        "X-Forwarded-For": "10.0.0.1",
        "X-Forwarded-Host": "evil.example",
        "X-Original-URL": "/healthz",
        "X-HTTP-Method-Override": "DELETE",
        "X-Remote-User": "owner@rice.example",
    }
    answer = client.get("/dashboard", headers=lies)
    assert answer.status_code == 303
    assert "evil.example" not in answer.headers["Location"]
    for value in ("x" * 43, "x" * 42, "", "\xff" * 43, "' OR 1=1 --" + "x" * 32, "x" * 3000):
        client.set_cookie("s", value)
        assert client.get("/dashboard").status_code == 303


def test_a_web_process_loads_no_heavy_library() -> None:
    """Neither at the start nor by its first pages."""
    code = (
        "import sys, app\n"
        "application = app.app\n"
        "client = application.test_client()\n"
        "client.get('/sign-in'); client.get('/nothing')\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        env = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": "sqlite://"}
        words = [sys.executable, "-W", "ignore", "-c", code]
        done = subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    loaded = done.stdout.strip().splitlines()[-1]
    for name in HEAVY[:4]:
        assert name not in loaded
