"""Walks the URL map as everybody, with real files of others in the address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.routing import Rule

from portal.agencies import actions as agencies
from portal.core import clock
from portal.documents.letters import Letter
from portal.documents.models import Document
from portal.documents.rules import Scanned
from portal.filing.actions.reuse import keep_template
from portal.filing.models import Attachment
from portal.filing.queries import application_for
from portal.notices.actions import SEED
from portal.notices.models import Certainty
from portal.sandbox.papers import plain_pdf
from tests.access.snapshot import everything
from tests.access.table import EVERYBODY, OF_A_FILE, OWN, PUBLIC, may_reach
from tests.build import CAST, Stage, csrf_token, form_fields
from tests.databases import is_thorough

SEEDED_RULES = len((SEED / "rules.csv").read_text().splitlines()) - 1
# Pages of links, claims and members that nobody of the cast has; their own tests have real ones.
EXPECTED = {
    "filing.handing_in": 303,
    "identity.factor_code": 303,
    "identity.claim": 303,
    "identity.claim_letter": 404,
    "identity.member": 404,
    "agencies.upload": 404,
    "agencies.upload_row": 404,
    "filing.sheaf": 404,
    "filing.columns": 404,
    "signing.show": 404,
    "signing.file": 404,
}
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
MOVED_ON = ("administrator", "manager", "agent", "agent_clerk")
REFUSED_ON_BOTH = ("viewer", "stranger", "other_office", "agent")
NEVER_SEEN = ("Specimen Consignee Limited", "Stainless steel thali", "SPECIMEN-1")


@dataclass(frozen=True)
class File:
    """A file of the rice mill at the Delhi office, and one of its documents."""

    ref: str
    document: str
    is_draft: bool = False
    client: str = "x"
    entry: str = "x"
    registration: str = "x"
    template: str = "x"


def files(stage: Stage) -> list[File]:
    """A draft, a submitted, a questioned and an issued file."""
    give_goods(stage)
    waits = registration(stage)
    draft, client = stage.draft(), stage.mandate()
    entry = stage.party()
    handed_in = (stage.submitted(), stage.questioned(), stage.issued()[0])
    kept = stage.do(keep_template, stage.actor("owner"), draft, "Invented template")
    found = [File(draft, document_of(stage, draft), True, client, entry, waits, kept)]
    return found + [
        File(number, document_of(stage, number), entry=entry, registration=waits, template=kept)
        for number in handed_in
    ]


def give_goods(stage: Stage) -> None:
    """A product scope of the sample chamber, for the directorate's page about one."""
    facts = {"hs_prefix": "", "goods": "tea", "valid_from": clock.now(), "notice": "PN"}
    facts |= {"source": "invented", "certainty": Certainty.SEEN}
    who = stage.actor("directorate")
    stage.do(agencies.give_scope, who, "specimen-chamber-of-commerce", "a test", **facts)


def registration(stage: Stage) -> str:
    """Somebody waits to look after the federation, with a letter."""
    content = plain_pdf("SPECIMEN", "letter")
    key = stage.portal.kit.store.put("documents", content)
    letter = Letter("letter.pdf", content, 1, Scanned.NOT_ASKED)
    slug = "specimen-exporters-federation"
    found: str = stage.do(agencies.register, stage.actor("viewer"), slug, key, letter, sandbox=True)
    return found


def document_of(stage: Stage, ref: str) -> str:
    with stage.db() as db:
        row = application_for(db, stage.actor("owner"), ref)
        query = select(Document.ref).join(Attachment, Attachment.document_id == Document.id)
        return str(db.scalars(query.where(Attachment.application_id == row.id)).first())


def rules(app: Flask) -> Iterator[Rule]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint != "static":
            yield rule


def address(rule: Rule, file: File) -> str:
    """The rule's address with a real file in it."""
    parts = {"ref": file.ref, "document": file.document, "position": 1, "name": "consignee"}
    parts |= {"number": file.ref, "token": "x", "hs": "1", "country": "KE"}
    parts |= {"code": "10063012", "iec": "ZZZCS0001A", "person": 999_999}
    parts |= {"client": file.client, "kind": "parties", "entry": file.entry}
    parts |= {"agency": "specimen-chamber-of-commerce", "scope": 1}
    # The sample chamber's first officer, at Delhi.
    parts |= {"registration": file.registration, "office": "DEL", "officer": 1}
    parts |= {"holiday": 1, "upload": "x", "line": 2, "signature": "x"}
    parts |= {"credential": "x", "sheaf": "x", "what": "lines", "ending": "csv"}
    parts |= {"side": "consignee", "template": file.template}
    # The last seeded rule belongs to the portal's own policy.
    parts |= {"slug": "portal-policy-1", "row": SEEDED_RULES}
    built = rule.build({name: parts[name] for name in rule.arguments})
    assert built is not None
    return built[1]


def fields_of(client: FlaskClient) -> dict[str, str]:
    """Token and seat of whoever is signed in: `/seat` is open to everybody."""
    return form_fields(client.get("/seat").text, key="k", text="t", reason="r", declared="y")


def ask(client: FlaskClient, method: str, url: str, fields: dict[str, str]) -> int:
    """The status; a refusal must not tell anything of the file."""
    answer = client.open(url, method=method, data=fields if method != "GET" else None)
    if answer.status_code in (303, 403, 404):
        assert not [word for word in NEVER_SEEN if word in answer.text], (method, url)
    return answer.status_code


def test_the_table_names_every_route(app: Flask) -> None:
    known = PUBLIC | OWN.keys() | OF_A_FILE.keys()
    assert {rule.endpoint for rule in rules(app)} <= known, "say in the table who may use it"
    assert (OWN.keys() | OF_A_FILE.keys()) <= {rule.endpoint for rule in rules(app)}


def test_whoever_may_not_is_refused_everywhere_and_changes_nothing(
    stage: Stage, backend: str
) -> None:
    """Strangers meet 404 (never 403, never data), wrong roles 404 or, without a file, 403."""
    found, wrong = files(stage), []
    for who in CAST if is_thorough(backend) else REFUSED_ON_BOTH:
        client = stage.client(who)
        fields = fields_of(client)
        with stage.db() as db:
            before = everything(db)
            for rule in rules(stage.app):
                wrong += list(misfits(client, rule, who, found, fields))
            assert everything(db) == before, who
    assert wrong == []


def misfits(
    client: FlaskClient, rule: Rule, who: str, found: list[File], fields: dict[str, str]
) -> Iterator[str]:
    """What `who` may not do and what was answered instead of the refusal."""
    method = "POST" if "POST" in (rule.methods or ()) else "GET"
    if rule.endpoint in OWN and who not in OWN[rule.endpoint]:
        status = ask(client, method, address(rule, found[0]), fields)
        if status != (404 if rule.arguments else 403):
            yield f"{who} {method} {rule.rule}: {status}"
    if rule.endpoint not in OF_A_FILE:
        return
    for file in found:
        if may_reach(rule.endpoint, who, is_draft=file.is_draft):
            continue
        status = ask(client, method, address(rule, file), fields)
        if status != 404:
            yield f"{who} {method} {rule.rule} ({file}): {status}"


def test_whoever_may_read_does(stage: Stage) -> None:
    """A page that can't be shown in the file's state says so: 303 to the right one, 404 or 409."""
    found, wrong = files(stage), []
    for who in sorted(EVERYBODY):
        client = stage.client(who)
        for rule in rules(stage.app):
            if "GET" in (rule.methods or ()):
                wrong += list(unreadable(client, rule, who, found))
    assert wrong == []


def unreadable(client: FlaskClient, rule: Rule, who: str, found: list[File]) -> Iterator[str]:
    """What `who` may read and was not shown."""
    if who in OWN.get(rule.endpoint, ()):
        moves_on = rule.endpoint == "dashboard.show" and who in MOVED_ON
        status = client.get(address(rule, found[0])).status_code
        if status != EXPECTED.get(rule.endpoint, 303 if moves_on else 200):
            yield f"{who} {rule.rule}: {status}"
    for file in found if rule.endpoint in OF_A_FILE else ():
        if may_reach(rule.endpoint, who, is_draft=file.is_draft):
            status = client.get(address(rule, file)).status_code
            if status != readable(rule.endpoint, file, found):
                yield f"{who} {rule.rule} ({file}): {status}"


def readable(endpoint: str, file: File, found: list[File]) -> int:
    """What the page of a file answers to somebody who may see it."""
    draft, _submitted, questioned, issued = found
    if endpoint in ("certificates.decision_file", "certificates.draft_file"):
        return 404
    if endpoint in ("filing.signed", "filing.queue_signed"):
        return 404 if file == draft else 200
    if endpoint == "filing.handing_in":
        return 303
    if endpoint == "certificates.draft":
        return 200
    if endpoint.startswith("certificates."):
        return 200 if file == issued else 404
    drafting = {"section", "goods", "line", "codes", "origin", "origins", "documents", "lists"}
    if endpoint in {f"filing.{name}" for name in drafting | {"einvoice", "products"}}:
        return 200 if file in (draft, questioned) else 409
    return 200


def test_whoever_is_signed_out_is_sent_to_sign_in(stage: Stage) -> None:
    found = files(stage)[1]
    client = stage.client()
    token = csrf_token(client.get("/sign-in").text)
    with stage.db() as db:
        before = everything(db)
        for rule in rules(stage.app):
            if rule.endpoint in PUBLIC:
                continue
            method = "POST" if "POST" in (rule.methods or ()) else "GET"
            data = {"csrf_token": token} if method == "POST" else None
            answer = client.open(address(rule, found), method=method, data=data)
            assert answer.status_code == 303, (method, rule.rule)
            assert answer.headers["Location"].startswith("/sign-in"), rule.rule
        assert everything(db) == before


@pytest.mark.parametrize("who", ["", "owner"])
def test_a_method_that_a_page_does_not_know_is_refused(stage: Stage, who: str) -> None:
    file = File(stage.draft(), "x")
    client = stage.client(who)
    fields = fields_of(client) if who else {}
    addresses = {address(rule, file) for rule in rules(stage.app)}
    for url in sorted(addresses):
        known = stage.app.url_map.bind("localhost").allowed_methods(url)
        for method in METHODS:
            if method not in known:
                answer = client.open(url, method=method, data=fields)
                assert answer.status_code == 405, (method, url)


def test_a_draft_is_invisible_to_every_office(stage: Stage) -> None:
    draft = stage.draft(consignee_name="Nobody Shall See This")
    for who in ("officer", "supervisor", "other_office", "other_agency"):
        client = stage.client(who)
        pages = [f"/queue/{draft}", f"/applications/{draft}", f"/applications/{draft}/certificate"]
        assert [client.get(page).status_code for page in pages] == [404] * 3
        for query in ("", "?q=Nobody", f"?q={draft}", "?status=draft", "?mine=1"):
            page = client.get(f"/queue{query}").text
            assert f"/{draft}" not in page and "Nobody Shall See This" not in page
        assert "Nobody Shall See This" not in client.get("/dashboard").text


def test_a_discarded_draft_stays_invisible_to_the_office(stage: Stage) -> None:
    from portal.filing import actions as filing

    draft = stage.draft()
    stage.do(filing.discard, stage.actor("owner"), draft)
    assert stage.client("officer").get(f"/queue/{draft}").status_code == 404


def test_a_document_is_only_found_under_its_own_file(stage: Stage) -> None:
    mine, theirs = stage.draft(), stage.draft("stranger")
    foreign = document_of_firm(stage, "stranger", theirs)
    client = stage.client("owner")
    assert client.get(f"/applications/{mine}/documents/{foreign}").status_code == 404
    assert client.get(f"/applications/{theirs}/documents/{foreign}").status_code == 404


def document_of_firm(stage: Stage, who: str, ref: str) -> str:
    with stage.db() as db:
        row = application_for(db, stage.actor(who), ref)
        query = select(Document.ref).join(Attachment, Attachment.document_id == Document.id)
        return str(db.scalars(query.where(Attachment.application_id == row.id)).first())


def test_a_file_on_another_desk_of_the_same_office_cannot_be_decided(stage: Stage) -> None:
    number = stage.in_scrutiny(officer="officer")
    client = stage.client("supervisor")
    fields = fields_of(client)
    with stage.db() as db:
        before = everything(db)
        for act in ("claim", "questions", "rejection", "approval", "void-number"):
            answer = client.post(f"/queue/{number}/{act}", data=fields)
            assert answer.status_code == 409, act
        assert everything(db) == before


def test_an_officer_cannot_decide_for_a_firm_of_their_own(stage: Stage) -> None:
    from portal.core.permissions import Role
    from portal.identity.models import Membership

    number = stage.submitted()
    officer, firm = stage.actor("officer"), stage.actor("owner").firm_id
    with stage.db() as db:
        db.add(
            Membership(
                person_id=officer.person_id, firm_id=firm, role=Role.VIEWER, started_at=clock.now()
            )
        )
        db.commit()
    client = stage.client("officer")
    seat = {**form_fields(client.get("/seat").text), "seat": officer_seat(stage)}
    client.post("/seat", data=seat)
    answer = client.post(f"/queue/{number}/claim", data=fields_of(client))
    assert answer.status_code == 409
    assert "You belong to the firm" in answer.text


def officer_seat(stage: Stage) -> str:
    return f"office-{stage.office_id('DEL')}-officer"


def test_a_route_that_declares_nothing_is_refused(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for endpoint in ("dashboard.home", "dashboard.show"):
        monkeypatch.setitem(stage.app.view_functions, endpoint, lambda: "a secret")
    for client in (stage.client(), stage.client("owner")):
        for url in ("/", "/dashboard"):
            answer = client.get(url)
            assert answer.status_code == 403
            assert "a secret" not in answer.text


def test_nobody_takes_a_seat_they_do_not_hold(stage: Stage) -> None:
    client = stage.client("viewer")
    for seat in ("firm-1-owner", "firm-2-owner", "office-1-officer", "directorate-0-directorate"):
        answer = client.post("/seat", data={**fields_of(client), "seat": seat})
        assert answer.status_code == 404, seat
    assert client.get("/applications/new").status_code == 403
