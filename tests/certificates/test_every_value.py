"""Random valid applications of each kind go from draft to sealed PDF, and each value is printed.

What fails is shown as it was found: making it smaller would issue some hundred certificates more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from portal.certificates import actions as certificates
from portal.core import clock
from portal.core.refs import random_ref
from portal.filing import actions as filing
from portal.filing.models import ForeignEvidence, Invoice
from portal.filing.queries import application_for
from portal.filing.rules.goods import OriginCriterion, format_scaled, printed_criterion
from portal.filing.rules.kinds import Evidence, Kind
from portal.wallet import actions as wallet
from tests.build import LINE, Stage
from tests.certificates.test_in_lieu import begun
from tests.certificates.test_sheet import words
from tests.databases import is_thorough
from tests.tools import need

KINDS = ("plain", "back_to_back", "retrospective", "in_lieu")
WORD = st.text("ABCDEFGHKLMNOPRSTUVWabcdefghiklmnoprstuvw", min_size=5, max_size=9)
SHORT = st.lists(WORD, min_size=1, max_size=4).map(" ".join)
CODE = st.from_regex(r"[A-Z]{2,4}[/-][0-9]{2,5}", fullmatch=True)
DAY = st.dates(date(2026, 7, 1), date(2026, 11, 20))
FIGURE = st.integers(1, 9_999)
LINES = st.lists(
    st.fixed_dictionaries(
        {
            "description": SHORT,
            "marks": SHORT,
            "package_kind": WORD,
            "packages": FIGURE,
            "quantity": FIGURE.map(lambda n: n * 1000),
            "gross_weight": st.integers(5_000_000, 9_999_999),
            "net_weight": st.integers(1_000, 4_999_999),
            "hs_code": st.sampled_from(("73239390", "82159900", "10063012")),
            "criterion": st.sampled_from(
                (OriginCriterion.WHOLLY_OBTAINED, OriginCriterion.MADE_FROM_INDIAN_INPUTS)
            ),
            "producer": st.just("other"),
            "producer_name": SHORT,
            "producer_address": SHORT,
        }
    ),
    min_size=1,
    max_size=4,
)
FIELDS = st.fixed_dictionaries(
    {
        "consignee_name": SHORT.map(lambda text: f"TO ORDER OF {text} BANK"),
        "consignee_address": SHORT,
        "notify_name": SHORT,
        "notify_address": SHORT,
        "notify_country": st.just("AE"),
        "invoicing_name": SHORT,
        "invoicing_country": st.just("SG"),
        "vessel": SHORT,
        "final_destination": SHORT,
        "transport_document": CODE,
        "transport_document_date": DAY,
        "invoice_number": CODE.map(lambda text: f"A{text}"),
        "invoice_date": DAY,
        "credit_number": CODE,
        "credit_date": DAY,
        "clause": SHORT,
        "declaration_place": WORD,
        "signatory_designation": SHORT,
    }
)
# Not printed as typed: codes of countries stand in words, days in their own form.
IN_WORDS = ("notify_country", "invoicing_country", "producer", "criterion")


@dataclass(frozen=True)
class Typed:
    """What somebody types into an application."""

    fields: dict[str, Any]
    lines: list[dict[str, Any]]
    more: tuple[str, date]
    evidence: tuple[str, date, str]

    def values(self) -> list[str]:
        """Everything that has to stand on the sheet."""
        rows: list[dict[str, Any]] = [self.fields, *self.lines]
        found = [v for row in rows for n, v in row.items() if n not in IN_WORDS]
        scaled = ("quantity", "gross_weight", "net_weight")
        figures = [format_scaled(line[name]) for line in self.lines for name in scaled]
        texts = [v for v in found if isinstance(v, str)]
        days = [f"{v:%d.%m.%Y}" for v in (*found, self.more[1]) if isinstance(v, date)]
        return [*texts, *figures, *days, self.more[0], "Singapore", "United Arab Emirates"]


TYPED = st.builds(Typed, FIELDS, LINES, st.tuples(CODE, DAY), st.tuples(CODE, DAY, SHORT))


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_is_printed(stage: Stage, tmp_path: Path, backend: str, kind: str) -> None:
    need("pdftotext")
    client = stage.client("owner")

    @given(typed=TYPED)
    @settings(
        max_examples=8 if is_thorough(backend) else 2,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=[HealthCheck.too_slow],
    )
    def passes(typed: Typed) -> None:
        owner = stage.actor("owner")
        for _ in range(2):
            stage.do(wallet.add_specimen_credit, owner, random_ref(16), sandbox=True)
        number = issued(stage, draft(stage, typed, kind))
        if kind == "in_lieu":
            changed = {"consignee_name": f"TO THE ORDER OF {typed.fields['vessel']}"}
            number = issued(stage, begun(stage, number, **changed))
            typed = replace(typed, fields=typed.fields | changed)
        pdf = client.get(f"/applications/{number}/certificate.pdf").data
        printed = words(pdf, tmp_path)
        for value in (*typed.values(), *of_kind(typed, kind)):
            assert re.sub(r"\s+", "", value) in printed, value

    passes()


def of_kind(typed: Typed, kind: str) -> list[str]:
    """What stands on the sheet of this kind only."""
    if kind == "back_to_back":
        return ["BACK-TO-BACK", "Viet Nam", typed.evidence[0], typed.evidence[2]]
    titles = {
        "in_lieu": ["ISSUED IN LIEU OF CERTIFICATE No."],
        "retrospective": ["ISSUED RETROSPECTIVELY"],
    }
    return titles.get(kind, []) + [printed_criterion(line["criterion"]) for line in typed.lines]


def draft(stage: Stage, typed: Typed, kind: str) -> str:
    """A complete draft with everything that was typed; returns its reference."""
    owner = stage.actor("owner")
    more: dict[str, Any] = {}
    if kind == "retrospective":
        more = {"retrospective_reason": "The ship had sailed."}
    if kind == "back_to_back":
        more = {"kind": Kind.BACK_TO_BACK, "trade": "re_export", "origin_country": "VN"}
    departs = clock.today() + timedelta(days=3)
    ref = stage.draft(lines=0, **typed.fields, departs_on=departs, **more)
    for line in typed.lines:
        stage.do(filing.add_line, owner, ref, **{**LINE, **line})
    with stage.db() as db:
        row = application_for(db, owner, ref)
        number, dated = typed.more
        db.add(Invoice(application_id=row.id, position=2, number=f"B{number}", dated=dated))
        if kind == "back_to_back":
            paper, day, issuer = typed.evidence
            kinds = {"kind": Evidence.CERTIFICATE_OF_ORIGIN, "number": paper, "dated": day}
            db.add(ForeignEvidence(application_id=row.id, position=1, issuer=issuer, **kinds))
            filing.follow_kind(db, row)
        db.commit()
    if kind == "back_to_back":
        stage.attach(owner, ref, "foreign_certificate")
    return ref


def issued(stage: Stage, ref: str) -> str:
    """The file's number once its certificate is issued."""
    number = stage.hand_in(stage.actor("owner"), ref)
    stage.do(filing.claim, stage.actor("officer"), number)
    stage.do(certificates.approve, stage.actor("officer"), number, stage.addresses())
    stage.run_jobs()
    return number
