"""A section that saves itself: what is kept, what waits, what two people typed at the same time."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.core.audit import AuditRow
from portal.filing import actions
from portal.filing.actions.saving import MOST_TYPED
from portal.filing.models import Application, Typed
from portal.filing.rules.sections import Sent, digest
from tests.apart import apart
from tests.bench.wire import size
from tests.build import Stage, form_fields
from tests.conftest import MovedClock

pytestmark = pytest.mark.filterwarnings(
    "ignore:Passing SelectField choices as tuples:DeprecationWarning"
)
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial", "Accept-Encoding": "br"}
SAME_SITE = {"Origin": "http://localhost"}
ADDRESS = "1 Invented Quay\nNowhere 1000"


@dataclass
class Tab:
    """One browser tab with a section's form, and what it carries unseen."""

    client: FlaskClient
    ref: str
    section: str = "consignee"
    hidden: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.open()

    @property
    def path(self) -> str:
        return f"/applications/{self.ref}/sections/{self.section}"

    def open(self) -> str:
        """Load the section anew."""
        answer = self.client.get(self.path)
        assert answer.status_code == 200
        self._take(answer.text)
        return answer.text

    def types(self, **fields: str) -> TestResponse:
        """What the script sends a moment after a change: only what was touched."""
        page, _dot, turn = self.hidden["page"].partition(".")
        self.hidden["page"] = f"{page}.{int(turn) + 1}"
        answer = self.client.post(
            f"{self.path}/typed", data={**self.hidden, **fields}, headers=HTMX
        )
        answer.plain = plain(answer)  # type: ignore[attr-defined]
        self._take(answer.plain)  # type: ignore[attr-defined]
        return answer

    def saves(self, **fields: str) -> TestResponse:
        """The button, without script."""
        answer = self.client.post(self.path, data={**self.hidden, **fields})
        if answer.status_code != 303:
            self._take(answer.text)
        return answer

    def _take(self, text: str) -> None:
        for name in ("csrf_token", "acting_for", "page", "shown"):
            found = re.search(rf'name="{name}" value="([^"]*)"', text)
            if found:
                self.hidden[name] = found[1]


def plain(answer: TestResponse) -> str:
    import brotli

    packed = answer.headers.get("Content-Encoding") == "br"
    return html.unescape((brotli.decompress(answer.data) if packed else answer.data).decode())


def stored(stage: Stage, name: str) -> Any:
    with stage.db() as db:
        return db.scalars(select(getattr(Application, name))).one()


def waiting(stage: Stage) -> int:
    with stage.db() as db:
        return db.scalar(select(func.count(Typed.id))) or 0


def acts(stage: Stage) -> int:
    with stage.db() as db:
        query = select(func.count(AuditRow.id)).where(AuditRow.act == "filing.saved")
        return db.scalar(query) or 0


@pytest.fixture
def tab(stage: Stage) -> Tab:
    return Tab(stage.client("owner"), stage.draft())


@pytest.fixture
def other(stage: Stage, tab: Tab) -> Tab:
    return Tab(stage.client("preparer"), tab.ref)


def test_what_is_typed_is_saved_and_told_in_one_line(stage: Stage, tab: Tab) -> None:
    before = acts(stage)
    answer = tab.types(consignee_name="Invented Importer")
    assert answer.status_code == 200
    assert re.search(r"<p>Saved \d\d:\d\d</p>", plain(answer))
    assert stored(stage, "consignee_name") == "Invented Importer"
    assert stored(stage, "consignee_address") == ADDRESS
    assert acts(stage) == before + 1
    assert tab.types(consignee_name="Invented Importer").status_code == 200
    assert acts(stage) == before + 1


def test_an_empty_field_is_no_fault_while_one_types(stage: Stage, tab: Tab) -> None:
    answer = tab.types(consignee_name="", consignee_address="")
    assert answer.status_code == 200
    assert stored(stage, "consignee_name") == ""
    answer = tab.saves(consignee_name="", consignee_address="2 Quay", consignee_country="KE")
    assert answer.status_code == 422
    assert "Type the consignee" in plain(answer)
    assert stored(stage, "consignee_address") == "2 Quay"


def test_what_cannot_be_kept_yet_waits_for_its_author_on_any_device(stage: Stage, tab: Tab) -> None:
    invoice = Tab(tab.client, tab.ref, "invoice")
    answer = invoice.types(invoice_total="12,3", currency="USD", incoterm="CIF")
    assert answer.status_code == 422
    assert 'href="#invoice_total"' in plain(answer)
    assert "Write the figure like" in plain(answer)
    assert stored(stage, "incoterm") == "CIF"
    assert stored(stage, "invoice_total") is None
    page = Tab(stage.client("owner"), tab.ref, "invoice").open()
    assert 'value="12,3"' in page
    assert "Write the figure like" in page
    assert "12,3" not in Tab(stage.client("preparer"), tab.ref, "invoice").open()
    assert invoice.types(invoice_total="123.00", currency="USD").status_code == 200
    assert stored(stage, "invoice_total") == 12_300
    assert waiting(stage) == 0


def test_too_much_to_keep_leaves_nothing_old_over_what_is_stored(stage: Stage, tab: Tab) -> None:
    tab.types(consignee_name="N" * 200)
    assert waiting(stage) == 1
    tab.types(consignee_name="Good Name", consignee_address="A" * (MOST_TYPED + 1))
    assert (stored(stage, "consignee_name"), waiting(stage)) == ("Good Name", 0)
    assert 'value="Good Name"' in tab.client.get(tab.path).text


def test_an_aadhaar_number_is_never_kept_not_even_as_typed(stage: Stage, tab: Tab) -> None:
    assert tab.types(consignee_name="Buyer 2341 2341 2346").status_code == 422
    assert waiting(stage) == 0
    invoice = Tab(tab.client, tab.ref, "invoice")
    answer = invoice.types(invoice_number="234123412346")
    assert 'name="not_aadhaar"' in plain(answer)
    assert waiting(stage) == 0
    assert invoice.types(invoice_number="234123412346", not_aadhaar="y").status_code == 200
    assert stored(stage, "invoice_number") == "234123412346"


def test_rows_that_are_not_finished_wait_as_well(stage: Stage, tab: Tab) -> None:
    invoice = Tab(tab.client, tab.ref, "invoice")
    row = {"more_invoices-0-number": "SPECIMEN-2", "more_invoices-0-dated": ""}
    assert invoice.types(**row).status_code == 422
    page = invoice.open()
    assert 'value="SPECIMEN-2"' in page
    assert "Give the invoice date" in page


def test_fields_that_only_one_of_two_changed_are_merged(stage: Stage, tab: Tab, other: Tab) -> None:
    assert tab.types(consignee_name="From Asha").status_code == 200
    fields = {"consignee_name": "Specimen Consignee Limited", "consignee_country": "AE"}
    answer = other.saves(**fields, consignee_address=ADDRESS)
    assert answer.status_code == 303
    assert stored(stage, "consignee_name") == "From Asha"
    assert stored(stage, "consignee_country") == "AE"
    assert tab.types(consignee_address="Another\nQuay").status_code == 200
    assert stored(stage, "consignee_country") == "AE"


def test_what_both_changed_is_not_overwritten_and_both_are_shown(
    stage: Stage, tab: Tab, other: Tab
) -> None:
    tab.types(consignee_name="From Asha")
    mine = {"consignee_name": "From the clerk", "consignee_country": "AE"}
    answer = other.saves(**mine, consignee_address=ADDRESS)
    assert answer.status_code == 409
    page = plain(answer)
    assert 'value="From the clerk"' in page
    assert "From Asha" in page and stage.actor("owner").name in page
    assert stored(stage, "consignee_name") == "From Asha"
    assert stored(stage, "consignee_country") == "AE"
    again = other.saves(**mine, consignee_address=ADDRESS)
    assert again.status_code == 409
    opened = html.unescape(other.open())
    assert 'value="From the clerk"' in opened and "From Asha" in opened


@pytest.mark.parametrize("button", ["keep", "take"])
def test_a_button_decides_which_of_two_stands(
    stage: Stage, tab: Tab, other: Tab, button: str
) -> None:
    tab.types(consignee_name="From Asha")
    mine = {"consignee_name": "From the clerk", "consignee_address": ADDRESS}
    page = plain(other.saves(**mine, consignee_country="KE"))
    found = re.search(rf'name="{button}" value="([^"]+)"', page)
    assert found
    answer = other.saves(**mine, consignee_country="KE", **{button: found[1]})
    assert answer.status_code == 303
    stands = {"keep": "From the clerk", "take": "From Asha"}[button]
    assert stored(stage, "consignee_name") == stands
    assert f'value="{stands}"' in other.open()
    assert waiting(stage) == 0


def test_keeping_mine_overwrites_only_what_was_seen(stage: Stage, tab: Tab, other: Tab) -> None:
    tab.types(consignee_name="From Asha")
    page = plain(other.saves(consignee_name="From the clerk", consignee_address=ADDRESS))
    found = re.search(r'name="keep" value="([^"]+)"', page)
    assert found
    tab.types(consignee_name="From Asha, corrected")
    answer = other.saves(consignee_name="From the clerk", keep=found[1])
    assert answer.status_code == 409
    assert "From Asha, corrected" in plain(answer)
    assert stored(stage, "consignee_name") == "From Asha, corrected"


def test_autosave_shows_a_conflict_as_well(stage: Stage, tab: Tab, other: Tab) -> None:
    tab.types(consignee_name="From Asha")
    answer = other.types(consignee_name="From the clerk")
    assert answer.status_code == 409
    assert "From Asha" in plain(answer) and "Keep mine" in plain(answer)
    assert stored(stage, "consignee_name") == "From Asha"


def test_one_is_never_in_conflict_with_the_answer_that_was_lost(stage: Stage, tab: Tab) -> None:
    before = dict(tab.hidden)
    tab.types(consignee_name="Invented Imp")
    tab.hidden["shown"] = before["shown"]
    assert tab.types(consignee_name="Invented Importer").status_code == 200
    assert stored(stage, "consignee_name") == "Invented Importer"


def test_an_older_request_that_comes_late_overwrites_nothing(stage: Stage, tab: Tab) -> None:
    late = dict(tab.hidden)
    tab.types(consignee_name="Invented Importer")
    tab.types(consignee_name="Invented Importer Limited")
    tab.hidden = {**late, "page": late["page"].replace(".0", ".0")}
    assert tab.types(consignee_name="Invented I").status_code == 200
    assert stored(stage, "consignee_name") == "Invented Importer Limited"


def test_a_page_that_comes_back_from_before_its_save_is_asked(stage: Stage, tab: Tab) -> None:
    before = dict(tab.hidden)
    shown = "Specimen Consignee Limited"
    fields = {"consignee_address": "1 Invented Quay\nNowhere 1000", "consignee_country": "KE"}
    assert tab.saves(consignee_name="Saved Limited", **fields).status_code == 303
    tab.hidden = before
    answer = tab.saves(consignee_name=shown, **fields)
    assert answer.status_code == 409
    assert "Saved Limited" in answer.text and shown in answer.text and "Keep mine" in answer.text
    assert stored(stage, "consignee_name") == "Saved Limited"


def test_a_value_typed_again_counts_though_the_answer_in_between_was_lost(
    stage: Stage, tab: Tab
) -> None:
    shown = tab.hidden["shown"]
    tab.types(consignee_name="Another Limited")
    tab.hidden["shown"] = shown
    assert tab.types(consignee_name="Specimen Consignee Limited").status_code == 200
    assert stored(stage, "consignee_name") == "Specimen Consignee Limited"


def test_two_processes_save_at_once_and_one_is_asked(stage: Stage, tab: Tab) -> None:
    shown = {"consignee_name": digest("Specimen Consignee Limited")}
    people = {name: stage.actor(name) for name in ("owner", "preparer")}
    found = apart(
        stage,
        *[
            lambda db, n=name: len(
                actions.keep(
                    db,
                    people[n],
                    tab.ref,
                    "consignee",
                    Sent({"consignee_name": f"From {n}"}, shown=shown, page=n),
                ).clashes
            )
            for name in people
        ],
    )
    assert sorted(found) == [0, 1]
    winner = list(people)[found.index(0)]
    assert stored(stage, "consignee_name") == f"From {winner}"


def test_another_device_of_the_same_person_is_asked_too(stage: Stage, tab: Tab) -> None:
    phone = Tab(stage.client("owner"), tab.ref)
    tab.types(consignee_name="At the desk")
    assert phone.types(consignee_name="On the phone").status_code == 409
    assert stored(stage, "consignee_name") == "At the desk"


def test_a_second_press_of_the_button_changes_nothing(stage: Stage, tab: Tab) -> None:
    before = acts(stage)
    fields = {"consignee_name": "Twice", "consignee_address": "Q", "consignee_country": "KE"}
    assert [tab.saves(**fields).status_code for _ in range(2)] == [303, 303]
    assert acts(stage) == before + 1


def test_lists_are_merged_as_one_field(stage: Stage, tab: Tab) -> None:
    mine, theirs = (Tab(stage.client(w), tab.ref, "invoice") for w in ("owner", "preparer"))
    row = {"more_invoices-0-dated": "2026-01-05"}
    assert mine.types(**row, **{"more_invoices-0-number": "A-2"}).status_code == 200
    answer = theirs.types(**row, **{"more_invoices-0-number": "B-2"})
    assert answer.status_code == 409
    assert "A-2, 5 Jan 2026" in plain(answer)


def test_an_answer_of_autosave_is_small(stage: Stage, tab: Tab, other: Tab) -> None:
    transport = Tab(tab.client, tab.ref, "transport")
    fields = {"vessel": "MV Invented Voyager", "port_of_discharge": "Mombasa"}
    assert size(transport.types(**fields)) <= 2_000
    assert size(tab.types(consignee_name="x" * 200)) <= 2_000
    tab.types(consignee_name="From Asha")
    assert size(other.types(consignee_name="From the clerk")) <= 2_000


def test_a_section_of_a_file_that_was_handed_in_is_shown_again_for_copying(
    stage: Stage, tab: Tab
) -> None:
    stage.hand_in(stage.actor("owner"), tab.ref)
    fields = {**tab.hidden, "consignee_name": "Too late Limited"}
    answer = tab.client.post(tab.path, data=fields, headers=SAME_SITE)
    assert answer.status_code == 409
    assert "Too late Limited" in answer.text and "Copy what you want to keep" in answer.text


def test_two_tabs_with_two_firms_lose_nothing(stage: Stage, tab: Tab) -> None:
    fields = {**tab.hidden, "acting_for": "firm-999-owner", "consignee_name": "Other tab Ltd"}
    answer = tab.client.post(tab.path, data=fields, headers=SAME_SITE)
    assert answer.status_code == 409
    assert "Other tab Ltd" in answer.text and "Send it again" not in answer.text
    assert stored(stage, "consignee_name") == "Specimen Consignee Limited"


def test_after_the_end_of_a_session_the_form_is_sent_again(
    stage: Stage, tab: Tab, moved_clock: MovedClock
) -> None:
    moved_clock.by(minutes=61)
    fields = {**tab.hidden, "consignee_name": "Typed before the end"}
    answer = tab.client.post(tab.path, data=fields, headers=SAME_SITE)
    assert answer.status_code == 401
    assert "Typed before the end" in answer.text
    assert tab.client.post(f"{tab.path}/typed", data=fields, headers=HTMX).status_code == 401
    assert stored(stage, "consignee_name") == "Specimen Consignee Limited"

    tab.client = stage.client("owner")
    stale = tab.client.post(tab.path, data=fields, headers=SAME_SITE)
    assert stale.status_code == 400
    assert "Typed before the end" in stale.text and "Send it again" in stale.text
    fresh = form_fields(stale.text)["csrf_token"]
    answer = tab.client.post(tab.path, data={**fields, "csrf_token": fresh})
    assert answer.status_code == 422, "the other fields were not sent"
    assert stored(stage, "consignee_name") == "Typed before the end"


def test_what_another_site_sends_is_never_shown(stage: Stage, tab: Tab) -> None:
    anybody = stage.app.test_client()
    fields = {"consignee_name": "Call 99999 to get your certificate"}
    for headers in ({}, {"Origin": "https://elsewhere.example"}, {"Origin": "null"}):
        answer = anybody.post(tab.path, data=fields, headers=headers)
        assert answer.status_code == 400
        assert "Call 99999" not in answer.text


def test_nobody_else_sees_or_saves_what_is_typed(stage: Stage, tab: Tab) -> None:
    stranger = stage.client("stranger")
    fields = {**tab.hidden, **form_fields(stranger.get("/seat").text), "consignee_name": "Mine"}
    assert stranger.post(f"{tab.path}/typed", data=fields, headers=HTMX).status_code == 404
    assert stored(stage, "consignee_name") == "Specimen Consignee Limited"
