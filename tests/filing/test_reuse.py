"""What was typed once is not typed again: copies of applications, and templates."""

from __future__ import annotations

import html
import io
import json
import re
import threading
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event, func, insert, select

from portal.core import clock
from portal.core.audit import AuditRow
from portal.core.errors import Invalid
from portal.core.refs import random_ref
from portal.filing import actions as filing
from portal.filing.actions import reuse
from portal.filing.actions.goods import put_lines
from portal.filing.models import Application, GoodsLine, Input, Invoice, Template
from portal.filing.particulars import FIELDS, MORE_FIELDS
from portal.filing.queries import application_facts, application_for
from portal.filing.queries.templates import LINE_REPEATS, REPEATS
from portal.filing.rules.kinds import Kind, Producer
from portal.filing.rules.reuse import NEW_EACH_TIME
from portal.identity import actions as identity
from portal.reference.models import NationalLine
from portal.sandbox.papers import plain_pdf
from tests.build import LINE, Stage, form_fields, yesterday

FRESH: Mapping[str, Any] = {
    "vessel": "MV Old",
    "departs_on": date(2026, 1, 2),
    "transport_document": "BL-1",
    "credit_number": "LC-77",
    "credit_date": date(2026, 1, 1),
    "retrospective_reason": "The ship had left.",
    "replacement_reason": "A slip",
    "invoice_total": 90_000,
}
TICK = re.compile(r'<select[^>]*name="office".*?<option selected value="([^"]+)"', re.DOTALL)


def facts_of(stage: Stage, ref: str, who: str = "owner") -> Any:
    with stage.db() as db:
        return application_facts(db, application_for(db, stage.actor(who), ref))


def again(client: FlaskClient, address: str, **typed: str) -> Any:
    """Open the page of a copy, leave its office as it stands, and send it."""
    page = client.get(address)
    assert page.status_code == 200, page.text
    office = TICK.search(page.text)
    fields = {"office": office.group(1) if office else "", **typed}
    action = re.search(r'id="panel"[^>]*action="([^"]+)"', page.text)
    assert action
    return client.post(action.group(1), data=form_fields(page.text, **fields))


def new_ref(answer: Any) -> str:
    assert answer.status_code == 303, answer.text
    found: str = answer.headers["Location"].rpartition("/")[2]
    return found


def test_a_copy_takes_what_repeats_and_leaves_what_is_new(stage: Stage) -> None:
    ref = stage.draft(**FRESH, notify_name="Invented Notify", clause="As per contract 9")
    with stage.db() as db:
        row = application_for(db, stage.actor("owner"), ref)
        line = db.scalars(select(GoodsLine).where(GoodsLine.application_id == row.id)).one()
        line.producer, line.producer_name = Producer.OTHER, "Invented Maker"
        line.invoice, row.own_reference = 2, "PO-1"
        db.add(Input(line_id=line.id, position=1, name="Coil", hs_code="72193390", country="KR"))
        db.add(Invoice(application_id=row.id, position=2, number="SPECIMEN-2", dated=yesterday()))
        db.commit()
    copy = facts_of(stage, new_ref(again(stage.client("owner"), f"/applications/{ref}/copy")))
    assert (copy.consignee_name, copy.notify_name, copy.clause) == (
        "Specimen Consignee Limited",
        "Invented Notify",
        "As per contract 9",
    )
    for name in (*FRESH, "invoice_number", "invoice_date", "own_reference"):
        assert not getattr(copy, name), name
    assert (copy.more_invoices, copy.attachments, copy.shipping_bill) == ((), (), None)
    assert [(x.producer_name, x.invoice) for x in copy.lines] == [("Invented Maker", 0)]
    assert [(x.name, x.country) for x in copy.lines[0].inputs] == [("Coil", "KR")]


def test_the_page_says_what_is_taken_and_what_is_not(stage: Stage) -> None:
    ref = stage.draft(**FRESH)
    page = html.unescape(stage.client("preparer").get(f"/applications/{ref}/copy").text)
    for words in (
        "Specimen Consignee Limited",
        "1 goods line with its origin statement",
        "73239390 Stainless steel thali sets",
        "Numbers, dates and total of the invoices",
        "It is the same letter of credit",
        "No. LC-77 of 1 Jan 2026",
        "Your own reference",
    ):
        assert words in page, words
    assert "MV Old" not in page and "SPECIMEN-1" not in page


@pytest.mark.parametrize("state", ["submitted", "questioned", "issued", "withdrawn", "rejected"])
def test_every_file_of_the_firm_can_be_used_again(stage: Stage, state: str) -> None:
    owner = stage.actor("owner")
    if state == "withdrawn":
        ref = stage.draft()
        stage.do(filing.discard, owner, ref)
    elif state == "rejected":
        ref = stage.in_scrutiny()
        stage.do(filing.reject, stage.actor("officer"), ref, "Not proven")
    else:
        ref = stage.issued()[0] if state == "issued" else getattr(stage, state)()
    client = stage.client("owner")
    assert f"/applications/{ref}/copy" in client.get(f"/applications/{ref}").text
    copy = facts_of(stage, new_ref(again(client, f"/applications/{ref}/copy")))
    assert copy.status == "draft" and copy.number is None and len(copy.lines) == 1


def test_a_repeat_shipment_needs_eight_typed_fields_at_most(stage: Stage) -> None:
    """Counted on the forms as a browser would send them, from the issued file to the queue."""
    issued, client, typed = stage.issued()[0], stage.client("owner"), 0
    new = {
        "invoice_number": "SPECIMEN-2",
        "invoice_date": yesterday().isoformat(),
        "vessel": "MV Second",
        "departs_on": clock.today().isoformat(),
    }
    ref = new_ref(again(client, f"/applications/{issued}/copy", **new))
    typed += len(new)
    for kind in ("invoice", "packing_list"):
        page = client.get(f"/applications/{ref}/documents").text
        content = plain_pdf("SPECIMEN", kind, "second")
        file = {"kind": kind, "file": (io.BytesIO(content), f"{kind}.pdf")}
        answer = client.post(
            f"/applications/{ref}/documents", data=form_fields(page, **file), buffered=True
        )
        assert answer.status_code == 303, answer.text
        typed += 1
    assert "Still missing" not in client.get(f"/applications/{ref}").text
    stage.sign(stage.actor("owner"), ref)
    page = client.get(f"/applications/{ref}").text
    answer = client.post(f"/applications/{ref}/submission", data=form_fields(page, declared="y"))
    typed += 1
    number = new_ref(answer)
    print(f"a repeat shipment took {typed} typed fields")
    assert typed <= 8
    handed_in = facts_of(stage, number)
    assert (handed_in.status, handed_in.vessel) == ("submitted", "MV Second")


def test_the_same_letter_of_credit_is_taken_only_when_ticked(stage: Stage) -> None:
    ref, client = stage.draft(**FRESH), stage.client("owner")
    address = f"/applications/{ref}/copy"
    assert facts_of(stage, new_ref(again(client, address))).credit_number == ""
    copy = facts_of(stage, new_ref(again(client, address, same_credit="y")))
    assert (copy.credit_number, copy.credit_date) == ("LC-77", date(2026, 1, 1))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"invoice_date": "2999-01-01"}, "which is after today"),
        ({"invoice_number": "234567890124"}, "This could be an Aadhaar number"),
        ({"vessel": "क"}, "print"),
        ({"departs_on": "1899-01-01"}, "Check the year"),
        ({"office": ""}, "Choose the office"),
    ],
)
def test_what_does_not_fit_is_said_and_nothing_typed_is_lost(
    stage: Stage, typed: Mapping[str, str], said: str
) -> None:
    ref, client = stage.draft(), stage.client("owner")
    fields = {"invoice_number": "KEPT-1", **typed}
    answer = again(client, f"/applications/{ref}/copy", **fields)
    assert answer.status_code == 422
    assert said in html.unescape(answer.text)
    assert all(value in answer.text for value in fields.values())
    with stage.db() as db:
        assert db.scalar(select(func.count(Application.id))) == 1


def end_code(stage: Stage) -> None:
    """The sample line's code ends yesterday, with one successor in force."""
    facts = {"description": "Sets", "source": "invented", "certainty": "S"}
    with stage.db() as db:
        since = date(2020, 1, 1)
        old = {"code": "73239390", "valid_from": since, "valid_until": yesterday()}
        db.add(NationalLine(**old, successors="73239391", **facts))
        db.add(NationalLine(code="73239391", valid_from=since, successors="", **facts))
        db.commit()


def test_ended_codes_are_told_at_once_and_replaced_by_one_choice(stage: Stage) -> None:
    ref, client = stage.draft(), stage.client("owner")
    end_code(stage)
    address = f"/applications/{ref}/copy"
    page = html.unescape(client.get(address).text)
    assert "73239390 ended on" in page and "successors: 73239391" in page
    later = facts_of(stage, new_ref(again(client, address)))
    assert [line.hs_code for line in later.lines] == ["73239390"]
    copy = facts_of(stage, new_ref(again(client, address, instead_73239390="73239391")))
    assert [line.hs_code for line in copy.lines] == ["73239391"]
    wrong = again(client, address, instead_73239390="99999999")
    assert wrong.status_code == 422
    with pytest.raises(Invalid):
        stage.do(
            reuse.use_again,
            stage.actor("owner"),
            ref,
            stage.office_id(),
            instead={"73239390": "73239390"},
        )


def test_an_office_that_takes_no_files_is_replaced_by_choice(stage: Stage) -> None:
    from portal.agencies.models import Office

    ref, client = stage.draft(), stage.client("owner")
    with stage.db() as db:
        row = db.scalars(select(Office).where(Office.code == "DEL")).one()
        row.closed_at = clock.now()
        db.commit()
    address = f"/applications/{ref}/copy"
    assert "Choose another one" in client.get(address).text
    assert again(client, address).status_code == 422
    other = str(stage.office_id("MUM"))
    assert facts_of(stage, new_ref(again(client, address, office=other))).office.code == "MUM"


@pytest.mark.parametrize("who", ["stranger", "viewer", "officer", "agent"])
def test_others_copy_and_keep_nothing(stage: Stage, who: str) -> None:
    ref = stage.issued()[0] if who == "officer" else stage.draft()
    kept = stage.do(reuse.keep_template, stage.actor("owner"), ref, "Rice to Mombasa")
    client = stage.client(who)
    fields = form_fields(client.get("/seat").text, office="1", name="Mine")
    for address in (f"{ref}/copy", f"templates/{kept}"):
        assert client.get(f"/applications/{address}").status_code == 404
    acts = (f"{ref}/copy", f"{ref}/template", f"templates/{kept}")
    for act in (*acts, f"templates/{kept}/drafts", f"templates/{kept}/archive"):
        assert client.post(f"/applications/{act}", data=fields).status_code == 404


def test_an_agent_copies_its_own_files_within_the_mandate(stage: Stage) -> None:
    mandate = stage.mandate()
    theirs, own = stage.draft(), stage.draft(stage.acting(mandate))
    client = stage.acting_client(mandate)
    assert client.get(f"/applications/{theirs}/copy").status_code == 404
    ref = new_ref(again(client, f"/applications/{own}/copy"))
    with stage.db() as db:
        row = application_for(db, stage.acting(mandate), ref)
        assert (row.agent_id, row.mandate_id) != (None, None)
    page = client.get(f"/applications/{own}/copy").text
    sent = form_fields(page, office=str(stage.office_id()))
    stage.do(identity.revoke_mandate, stage.actor("owner"), mandate)
    assert client.post(f"/applications/{own}/copy", data=sent).status_code == 409


def test_an_agent_is_not_offered_the_firms_templates_and_keeps_its_own(stage: Stage) -> None:
    mandate = stage.mandate()
    own = stage.draft(stage.acting(mandate))
    firms = stage.do(reuse.keep_template, stage.actor("owner"), own, "Rice to Mombasa")
    mine = stage.do(reuse.keep_template, stage.acting(mandate), own, "Rice to Mombasa")
    client = stage.acting_client(mandate)
    page = client.get("/applications/templates").text
    assert mine in page and firms not in page
    assert client.get(f"/applications/templates/{firms}").status_code == 404
    new_ref(again(client, f"/applications/templates/{mine}"))
    page = html.unescape(stage.client("owner").get("/applications/templates").text)
    assert mine in page and firms in page and "kept by your firm's agent" in page


def test_a_template_is_kept_renamed_used_and_archived(stage: Stage) -> None:
    ref, client = stage.draft(**FRESH), stage.client("preparer")
    page = client.get(f"/applications/{ref}/copy").text
    address = f"/applications/{ref}/template"
    for name, status in (("Rice to Mombasa", 303), ("RICE  to mombasa", 422), ("", 422)):
        assert client.post(address, data=form_fields(page, name=name)).status_code == status
    with stage.db() as db:
        kept = db.scalars(select(Template.ref)).one()
    here = f"/applications/templates/{kept}"
    assert client.post(here, data=form_fields(page, name="Rice, Kenya")).status_code == 303
    copy = facts_of(stage, new_ref(again(client, here, invoice_number="N-2")))
    assert (copy.invoice_number, copy.consignee_country, len(copy.lines)) == ("N-2", "KE", 1)
    assert not any(getattr(copy, name) for name in FRESH)
    assert client.post(f"{here}/archive", data=form_fields(page)).status_code == 303
    assert client.get(here).status_code == 404
    assert kept not in client.get("/applications/templates").text
    assert "Rice, Kenya" in client.get("/applications/templates?archived=1").text


def test_templates_are_not_endless(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.filing.actions.reuse.MOST_TEMPLATES", 1)
    ref, owner = stage.draft(), stage.actor("owner")
    stage.do(reuse.keep_template, owner, ref, "One")
    with pytest.raises(Invalid, match="at most"):
        stage.do(reuse.keep_template, owner, ref, "Two")


def test_a_thousand_lines_are_copied_in_a_fixed_number_of_statements(stage: Stage) -> None:
    counts = []
    for many in (2, 1000):
        ref = stage.draft(lines=0)
        with stage.db() as db:
            row = application_for(db, stage.actor("owner"), ref)
            lines = [
                {**LINE, "application_id": row.id, "position": n, "producer": Producer.SAME}
                for n in range(1, many + 1)
            ]
            db.execute(insert(GoodsLine), lines)
            ids = db.scalars(select(GoodsLine.id).where(GoodsLine.application_id == row.id))
            inputs = [
                {
                    "line_id": i,
                    "position": 1,
                    "name": "Coil",
                    "hs_code": "72193390",
                    "country": "KR",
                }
                for i in ids
            ]
            db.execute(insert(Input), inputs)
            db.commit()
        seen: list[str] = []
        engine = stage.portal.sessions.kw["bind"]

        def note(*given: Any, seen: list[str] = seen) -> None:
            seen.append(given[2])

        event.listen(engine, "before_cursor_execute", note)
        new = stage.do(reuse.use_again, stage.actor("owner"), ref, stage.office_id())
        event.remove(engine, "before_cursor_execute", note)
        counts.append(len(seen))
        copy = facts_of(stage, new)
        assert [x.position for x in copy.lines] == list(range(1, many + 1))
        assert all(len(x.inputs) == 1 for x in copy.lines)
    # insertmanyvalues sends a thousand rows in a few pages, not one by one.
    assert counts[1] - counts[0] < 30, counts


def test_two_copies_at_once_are_two_drafts(stage: Stage) -> None:
    ref, owner, made = stage.draft(), stage.actor("owner"), []
    office = stage.office_id()

    def act() -> None:
        made.append(stage.do(reuse.use_again, owner, ref, office))

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(made)) == 2
    assert all(len(facts_of(stage, new).lines) == 1 for new in made)


def test_one_name_at_once_is_one_template(stage: Stage) -> None:
    ref, owner, said = stage.draft(), stage.actor("owner"), []

    def act() -> None:
        try:
            stage.do(reuse.keep_template, owner, ref, "One")
        except Invalid as refusal:
            said.append(refusal.problem.code)

    threads = [threading.Thread(target=act) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == ["name_taken"]
    with stage.db() as db:
        assert db.scalar(select(func.count(Template.id))) == 1


def test_a_copy_leaves_one_audit_row_with_references_alone(stage: Stage) -> None:
    ref = stage.draft()
    new = stage.do(reuse.use_again, stage.actor("owner"), ref, stage.office_id())
    with stage.db() as db:
        rows = db.scalars(select(AuditRow).where(AuditRow.stream == f"file:{new}")).all()
    assert [row.act for row in rows] == ["filing.copied"]
    assert json.loads(rows[0].facts) == {"office": stage.office_id(), "source": ref}


TEXT = st.text("Aé₹ .,-/1\n", max_size=30)
WHOLE = st.integers(1, 10**12)
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "description": TEXT,
            "marks": TEXT,
            "packages": st.integers(1, 10**6),
            "quantity": WHOLE,
            "net_weight": WHOLE,
            "fob_minor": st.integers(0, 10**12),
            "operations": st.sampled_from(["", "a,b"]),
            "processing": TEXT,
            "producer": st.sampled_from(Producer),
            "producer_name": TEXT,
            "invoice": st.integers(0, 3),
            "inputs": st.lists(st.fixed_dictionaries({"name": TEXT}), max_size=3),
        }
    ),
    max_size=4,
)
PLAIN = [
    name
    for name in REPEATS
    if name not in ("kind", "trade", "signatory") and not name.endswith(("country", "currency"))
]


@settings(max_examples=15)
@given(st.data())
def test_copy_and_template_give_exactly_what_repeats(stage: Stage, data: Any) -> None:
    owner, office = stage.actor("owner"), stage.office_id()
    fields = data.draw(st.fixed_dictionaries({name: _text(name) for name in PLAIN}))
    kind = data.draw(st.sampled_from(Kind))
    ref = stage.draft(lines=0, **fields, kind=kind, consignee_country="KE")
    with stage.db() as db:
        row = application_for(db, owner, ref)
        lines = [_whole(line) for line in data.draw(LINES)]
        put_lines(db, row, lines)
        for line in db.scalars(select(GoodsLine).where(GoodsLine.application_id == row.id)):
            line.invoice = 1
        db.commit()
    kept = stage.do(reuse.keep_template, owner, ref, random_ref())
    source = facts_of(stage, ref)
    for new in (
        stage.do(reuse.use_again, owner, ref, office),
        stage.do(reuse.use_template, owner, kept, office),
    ):
        copy = facts_of(stage, new)
        assert [(n, getattr(copy, n)) for n in REPEATS] == [
            (n, getattr(source, n)) for n in REPEATS
        ]
        pairs = zip(source.lines, copy.lines, strict=True)
        for before, after in pairs:
            for n in (*LINE_REPEATS, "inputs"):
                assert getattr(before, n) == getattr(after, n), n
        assert not any(getattr(copy, n) for n in NEW_EACH_TIME)
        assert {line.invoice for line in copy.lines} <= {0}


def _text(name: str) -> st.SearchStrategy[str]:
    column = Application.__table__.columns[name]
    longest = getattr(column.type, "length", None) or 30
    return st.text("Aé₹ .,-/1", max_size=min(longest, 30))


def _whole(line: dict[str, Any]) -> dict[str, Any]:
    inputs = [{**row, "hs_code": "72193390", "country": "KR"} for row in line["inputs"]]
    return {**LINE, **line, "gross_weight": line["net_weight"] + 1, "inputs": inputs}


def test_what_is_new_each_time_are_fields_of_an_application() -> None:
    assert {*FIELDS, *MORE_FIELDS} >= NEW_EACH_TIME
