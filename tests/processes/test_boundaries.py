"""The clock of running processes passes each seeded switch: all pages change on the second."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.clock import IST
from portal.notices import queries as notices
from portal.notices.models import Rule
from portal.sandbox import demo
from portal.sandbox.shipments import shipments
from portal.sandbox.visitor import Answer, Visitor
from tests import databases
from tests.processes.filed import Office

SECOND = timedelta(seconds=1)
TRIES = 5
T = TypeVar("T")
EXPORTER, DIRECTOR = "owner@steel.example", "directorate@ecoo.example"
STEEL = 1

pytestmark = [
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="reads /proc"),
    pytest.mark.parametrize("office", databases.chosen(), indirect=True),
]


@contextmanager
def clock_of(office: Office) -> Iterator[Path]:
    """The file that moves all processes; afterwards they are in the present again."""
    file = office.running.data_dir / "clock"
    before = file.read_text() if file.exists() else ""
    clock.follow(file)
    try:
        yield file
    finally:
        clock.follow(None)
        if before:
            file.write_text(before)
        else:
            file.unlink(missing_ok=True)


def at(file: Path, instant: datetime) -> None:
    """Let every process go on from an instant."""
    draft = file.with_suffix(".draft")
    draft.write_text(str((instant - datetime.now(UTC)).total_seconds()))
    draft.replace(file)


def just_before(file: Path, switch: datetime, ask: Callable[[], T]) -> T:
    """What is answered in the last second before a switch; asked again where that took longer."""
    for _ in range(TRIES):
        at(file, switch - SECOND)
        answer = ask()
        if clock.now() < switch:
            return answer
    raise AssertionError(f"no answer within a second in {TRIES} tries")


def signed_in(office: Office, email: str) -> Visitor:
    """A new sign-in: sessions of another year have ended."""
    visitor = Visitor(office.base)
    demo.sign_in(visitor, email)
    return visitor


def rows_in_force(office: Office) -> dict[str, str]:
    """What the public page of rules says now: value and notice by the rule's words."""
    text = html.unescape(Visitor(office.base).get("/notices/in-force").text)
    rows = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', text)
    return {name: _value_and_notice(cells) for name, cells in rows}


def _value_and_notice(cells: str) -> str:
    value = re.findall(r"<td[^>]*>([^<]+)</td>", cells)[0]
    notice = re.findall(r"<cite><a[^>]*>([^<]+)</a>", cells)
    return f"{value} ({notice[0]})" if notice else value


def rows_expected(office: Office, instant: datetime) -> dict[str, str]:
    """What the register says for an instant."""
    with office.sessions() as db:
        return {
            rule.words: f"{found.said} ({found.notice})"
            if found
            else "No notice sets a value for this day."
            for rule, found in notices.rules_on(db, instant)
        }


def seeded_switches(office: Office) -> list[datetime]:
    """Every instant at which a seeded rule begins or ends."""
    with office.sessions() as db:
        spans = db.execute(select(Rule.valid_from, Rule.valid_until)).all()
    return sorted({at for span in spans for at in span if at is not None and at < clock.now()})


def test_every_seeded_switch_happens_on_the_second(office: Office) -> None:
    switches = seeded_switches(office)
    assert len(switches) >= 10
    with clock_of(office) as file:
        for switch in switches:
            local = switch.astimezone(IST)
            assert (local.hour, local.minute, switch.hour) == (0, 0, 18)
            before = just_before(file, switch, lambda: rows_in_force(office))
            at(file, switch)
            after = rows_in_force(office)
            assert before == rows_expected(office, switch - SECOND), switch
            assert after == rows_expected(office, switch), switch
            assert before != after, switch
            # Midnight in UTC, five and a half hours later, is no instant at all.
            at(file, switch + timedelta(hours=5, minutes=30))
            assert rows_in_force(office) == after


def paths(office: Office, ref: str) -> dict[str, str]:
    """The pages on which a switch shows, by the name that the table below gives them."""
    return {
        "home": "/",
        "start": "/applications/new",
        "review": f"/applications/{ref}",
        "invoice": f"/applications/{ref}/sections/invoice",
        "preferential": "/agreements/preferential",
        "wallet": "/wallet",
    }


# The day (IST), the page, what it says before and what from that second on ("": only the other).
SHOWN = (
    ((2021, 5, 27), "home", "pays for the certificate", "₹200.00"),
    ((2021, 5, 27), "review", "No notice sets", "PN 05/2015-20"),
    ((2021, 11, 1), "start", "", "anywhere in India"),
    ((2024, 8, 28), "start", "eCoO 1.0 (coo.dgft.gov.in)", "filed in: this portal"),
    ((2024, 8, 28), "wallet", "", "stay in eCoO 1.0"),
    ((2024, 12, 21), "preferential", "coo.dgft.gov.in", "trade.gov.in"),
    ((2025, 1, 27), "review", "PN 05/2015-20", "PN 43/2024-25"),
    ((2026, 4, 7), "invoice", "", "identical with the one in the Shipping Bill"),
)


def test_pages_change_on_the_second(office: Office) -> None:
    ref = office.draft(office.shipment(STEEL))
    where = paths(office, ref)
    with clock_of(office) as file:
        for day, name, before, after in SHOWN:
            switch = datetime(*day, tzinfo=IST)
            at(file, switch - timedelta(seconds=30))
            visitor = signed_in(office, EXPORTER)
            old = just_before(file, switch, partial(visitor.get, where[name]))
            at(file, switch)
            new = visitor.get(where[name])
            assert before in plain(old) and after not in plain(old), (day, name)
            assert after in plain(new), (day, name)
            assert not before or before not in plain(new), (day, name)


def plain(page: Answer) -> str:
    """The main part of a page as people read it."""
    main = page.text.partition("<main")[2]
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main)))


def test_the_instant_of_handing_in_decides_who_handles_a_file(office: Office) -> None:
    """A draft may be older: what counts is the second in which it is handed in."""
    switch = datetime(2024, 8, 28, tzinfo=IST)
    with clock_of(office) as file:
        at(file, switch + timedelta(minutes=1))
        shipment = shipments("2024-08-01")[STEEL]
        office.visitors.clear()
        ref = office.draft(shipment)
        at(file, switch - timedelta(seconds=30))
        visitor = signed_in(office, EXPORTER)

        def hand_in() -> Answer:
            page = visitor.get(f"/applications/{ref}")
            return visitor.send(page, f"/{ref}/submission", {"declared": "y"})

        refused = just_before(file, switch, hand_in)
        assert refused.status == 409
        assert "https://coo.dgft.gov.in" in refused.text and "TN 48/2020-21" in refused.text
        at(file, switch)
        # From here on it is taken, and signed first; no certificate of today was good then.
        assert "/signatures/" in hand_in().url
    office.visitors.clear()


def test_a_fee_entered_today_is_held_from_tomorrow_s_first_second(office: Office) -> None:
    """Rs 250 from tomorrow, entered with the browser's forms; what was issued before stays."""
    shipment = office.shipment(STEEL)
    old_number = office.claimed(shipment)
    office.approve(shipment, old_number)
    old_pdf = demo.await_certificate(office.visitor(EXPORTER), old_number)
    first, second = office.draft(shipment), office.draft(shipment)
    spare = [office.draft(shipment) for _ in range(TRIES - 1)]
    for ref in (first, second, *spare):
        demo.sign(office.visitor(EXPORTER), ref)
    with clock_of(office) as file:
        tomorrow = clock.start_of(clock.today() + timedelta(days=1))
        enter_fee(office, tomorrow)
        at(file, tomorrow - timedelta(seconds=30))
        visitor = signed_in(office, EXPORTER)
        drafts = iter([first, *spare])
        number = just_before(file, tomorrow, lambda: demo.hand_in(visitor, next(drafts)))
        at(file, tomorrow)
        later = demo.hand_in(visitor, second)
        for found, fee in ((number, "₹200.00"), (later, "₹250.00")):
            assert f"The fee of {fee} is held" in plain(visitor.get(f"/applications/{found}"))
        # Behind it may stand what proves it for years.
        assert demo.await_certificate(visitor, old_number).startswith(old_pdf)
        short = signed_in(office, "owner@knit.example")
        assert "₹250.00" in plain(short.get("/"))
        set_back(office, tomorrow)
    office.visitors.clear()


def enter_fee(office: Office, begins: datetime) -> None:
    """The directorate enters a notice and lets it set Rs 250 from an instant on."""
    visitor = signed_in(office, DIRECTOR)
    notice = {
        "number": "TN 98/2026-27 (invented)",
        "kind": "trade_notice",
        "dated": f"{clock.today()}",
        "subject": "Invented: another fee",
        "certainty": "K",
    }
    page = visitor.send(visitor.get("/notices/new"), "/notices", notice)
    rule = {
        "rule": "fee_paise",
        "value": "250",
        "valid_from": begins.astimezone(IST).strftime("%Y-%m-%dT%H:%M:%S"),
        "why": "invented for a test",
    }
    page = visitor.send(page, "/rules", rule)
    assert page.status == 200 and "₹250.00" in page.text


def set_back(office: Office, begins: datetime) -> None:
    """Rs 200 again from a day later on, so that other tests find what they expect."""
    visitor = signed_in(office, DIRECTOR)
    page = visitor.get("/notices/tn-98-2026-27-invented/correction")
    after = (begins + timedelta(seconds=60)).astimezone(IST)
    rule = {"rule": "fee_paise", "value": "200", "why": "invented for a test"}
    until = {"valid_from": after.strftime("%Y-%m-%dT%H:%M:%S")}
    assert visitor.send(page, "/rules", {**rule, **until}).status == 200
