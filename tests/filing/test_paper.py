"""The paper that an exporter signs: all that was typed is on it, as typed, the same each time."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from portal.adapters.pdf.application import ApplicationPdf
from portal.config import ROOT
from portal.core.errors import Refused
from portal.filing import actions as filing
from portal.filing import particulars, queries
from portal.filing.models import Version
from portal.filing.paper import SIGNED, ApplicationPaper, paper_of
from portal.filing.particulars import FIELDS
from portal.filing.queries import ApplicationFacts
from portal.filing.rules.declaration import DECLARATION
from portal.filing.rules.goods import OriginCriterion, format_scaled, printed_criterion
from tests.build import Stage
from tests.filing.papers import AT, attachment, facts, line, paper
from tests.tools import need

MARKUP = "<b>x</b> <para> & &amp; {{ 7*7 }} <pageNumber/> </font> ]]> %(name)s \\n"
TYPED = (
    "consignee_name",
    "consignee_address",
    "vessel",
    "port_of_discharge",
    "invoice_number",
    "signatory",
    "signatory_designation",
    "declaration_place",
)
RIGHT_EDGE_PT = 198 * 72 / 25.4


@pytest.fixture
def maker(data_dir: Path) -> ApplicationPdf:
    return ApplicationPdf(data_dir / "fonts")


def ask(program: str, pdf: bytes, folder: Path, *options: str) -> str:
    need(program)
    path = folder / "application.pdf"
    path.write_bytes(pdf)
    tail = ["-"] if program == "pdftotext" else []
    done = subprocess.run([program, *options, str(path), *tail], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode()


def bare(text: str) -> str:
    """Without white space, since a long value may wrap anywhere."""
    return re.sub(r"\s+", "", text)


def words(pdf: bytes, folder: Path) -> str:
    return bare(ask("pdftotext", pdf, folder, "-raw"))


def pages(pdf: bytes, folder: Path) -> list[str]:
    return ask("pdftotext", pdf, folder, "-layout").rstrip("\f").split("\f")


def typed(one: ApplicationFacts) -> list[str]:
    """What somebody typed or chose, as a reader would look for it."""
    found = [str(getattr(one, name)) for name in FIELDS if not name.endswith(("_on", "_date"))]
    for row in one.lines:
        found += [row.hs_code, row.description, row.marks, f"{row.packages} {row.package_kind}"]
        found += [f"{format_scaled(row.quantity)} {row.unit}", format_scaled(row.fob_minor, 2)]
        found += [format_scaled(row.gross_weight), format_scaled(row.net_weight)]
        found.append(printed_criterion(OriginCriterion(row.criterion)))
    for document in one.attachments:
        found += [document.name, document.sha256]
    return found


def texts(value: Any) -> list[str]:
    """Every text of a paper."""
    if is_dataclass(value):
        return [text for f in fields(value) for text in texts(getattr(value, f.name))]
    if isinstance(value, tuple):
        return [text for part in value for text in texts(part)]
    return [value] if isinstance(value, str) else []


@pytest.mark.parametrize("count", [1, 60])
def test_everything_typed_is_on_the_paper(
    maker: ApplicationPdf, tmp_path: Path, count: int
) -> None:
    printed = words(maker.render(paper(count)), tmp_path).lower()
    wanted = [*typed(facts(count)), *texts(paper(count))]
    assert [text for text in wanted if bare(text).lower() not in printed] == []


def test_a_thousand_lines_are_on_it_with_their_total(maker: ApplicationPdf, tmp_path: Path) -> None:
    made = paper(1000)
    printed = words(maker.render(made), tmp_path)
    found = [f"design{number:04d}Marks:SPECIMEN{number:04d}" in printed for number in range(1001)]
    assert found == [False] + [True] * 1000
    assert bare(f"Total of 1000 lines{made.totals.packages}{made.totals.gross_kg}") in printed


def test_each_page_names_reference_version_and_its_place(
    maker: ApplicationPdf, tmp_path: Path
) -> None:
    found = pages(maker.render(replace(paper(60), version=3)), tmp_path)
    assert len(found) > 2
    for place, page in enumerate(found, 1):
        digest = r"particulars [0-9a-f]{16}…"
        foot = rf"Draft 7KQ2M9XWPC4T · version 3 · {digest}.* Page {place} of {len(found)}\s*$"
        assert re.search(foot, page)
        assert "SPECIMEN, NOT VALID" in page


def test_captions_are_repeated_where_goods_go_on(maker: ApplicationPdf, tmp_path: Path) -> None:
    with_goods = [
        page for page in pages(maker.render(paper(60)), tmp_path) if "block printed" in page
    ]
    assert all("Gross kg" in page and "FOB USD" in page for page in with_goods)
    assert ["(continued)" in page for page in with_goods] == [False] + [True] * (
        len(with_goods) - 1
    )


@pytest.mark.parametrize("count", range(1, 31))
def test_total_and_signature_never_stand_alone(
    maker: ApplicationPdf, tmp_path: Path, count: int
) -> None:
    found = pages(maker.render(paper(count)), tmp_path)
    total = next(page for page in found if "Total of" in page)
    assert f"Marks: SPECIMEN {count:04d}" in total
    assert SIGNED in found[-1] and "I declare that" in found[-1] and "Director" in found[-1]


def test_it_is_no_certificate_and_says_so(maker: ApplicationPdf, tmp_path: Path) -> None:
    printed = ask("pdftotext", maker.render(paper()), tmp_path, "-layout")
    assert "APPLICATION FOR A CERTIFICATE OF ORIGIN" in printed
    assert "It is not a certificate of origin." in printed


def test_a_real_application_does_not_say_specimen(maker: ApplicationPdf, tmp_path: Path) -> None:
    real = facts(office=replace(facts().office, agency_name="Invented Chamber"))
    lines, documents = (line(1, marks="A"),), (replace(attachment("invoice", "a"), name="a.pdf"),)
    real = replace(real, consignee_name="A", invoice_number="B", lines=lines, attachments=documents)
    made = maker.render(paper_of(real, version=1, at=AT, specimen=False))
    assert "SPECIMEN" not in words(made, tmp_path).upper()
    assert b"/Fade" not in made


def test_an_agent_is_named_with_the_exporter(maker: ApplicationPdf, tmp_path: Path) -> None:
    printed = words(maker.render(paper(agent="Invented Brokers")), tmp_path)
    assert bare("by agent Invented Brokers for exporter Invented Mills Private Limited") in printed
    assert "byagent" not in words(maker.render(paper()), tmp_path)


def test_markup_in_every_field_is_printed_as_typed(maker: ApplicationPdf, tmp_path: Path) -> None:
    row = line(1, description=MARKUP, marks=MARKUP, package_kind=MARKUP, hs_code=MARKUP)
    document = replace(attachment("invoice", "a"), name=MARKUP)
    hostile = facts(
        lines=1,
        **dict.fromkeys(TYPED, MARKUP),
        firm=replace(facts().firm, name=MARKUP, address=MARKUP),
        office=replace(facts().office, agency_name=MARKUP, name=MARKUP),
        agent=MARKUP,
    )
    hostile = replace(hostile, lines=(row,), attachments=(document,))
    made = maker.render(paper_of(hostile, version=1, at=AT, specimen=True))
    # 8 typed, 4 of the line, document, firm's name (3 times) and address, office (2), agent
    assert words(made, tmp_path).count(bare(MARKUP)) == 20


@pytest.mark.parametrize("text", ["Ж" * 4096, "ЖЖ " * 1365 + "Ж", "Ж\n" * 2048, "Ж/" * 2048])
def test_a_text_of_4096_characters_is_printed_whole(
    maker: ApplicationPdf, tmp_path: Path, text: str
) -> None:
    row = line(1, description=text, marks=text, package_kind=text)
    changes: dict[str, Any] = dict.fromkeys(TYPED, text)
    hostile = replace(facts(), **changes, lines=(row, line(2), row))
    made = maker.render(paper_of(hostile, version=1, at=AT, specimen=True))
    assert words(made, tmp_path).count("Ж") == text.count("Ж") * (len(TYPED) + 6)
    assert outside(made, tmp_path) == []


def test_the_largest_figures_stay_in_their_columns(maker: ApplicationPdf, tmp_path: Path) -> None:
    most = 999_999_999_999_999
    row = line(1, quantity=most, gross_weight=most, net_weight=most, fob_minor=most)
    big = replace(facts(), lines=(row,) * 3)
    made = maker.render(paper_of(big, version=1, at=AT, specimen=True))
    assert outside(made, tmp_path) == []
    assert words(made, tmp_path).count("9,99,99,99,99,999.999") >= 9


def outside(pdf: bytes, folder: Path) -> list[str]:
    """Words that end right of the margin or below the foot."""
    boxes = ask("pdftotext", pdf, folder, "-bbox")
    found = re.findall(r'xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<', boxes)
    assert found
    return [word for x, y, word in found if float(x) > RIGHT_EDGE_PT + 0.5 or float(y) > 820]


def test_what_cannot_be_seen_or_printed_stands_as_its_code_point(
    maker: ApplicationPdf, tmp_path: Path
) -> None:
    name = "in\u202evoice\u200f \u0917\u05d0\u4e2d €№é.pdf"
    document = replace(attachment("invoice", "a"), name=name)
    made = maker.render(paper(attachments=(document,)))
    shown = "in[U+202E]voice[U+200F][U+0917 U+05D0 U+4E2D]€№é.pdf"
    assert bare(shown) in words(made, tmp_path)


def test_the_same_paper_gives_the_same_bytes(maker: ApplicationPdf, data_dir: Path) -> None:
    """Also after another one, from another maker, and in another process."""
    first = maker.render(paper(12))
    maker.render(paper(1, consignee_name="Ωμέγα"))
    assert maker.render(paper(12)) == first
    code = (
        "import sys; from pathlib import Path; from tests.filing.papers import paper\n"
        "from portal.adapters.pdf.application import ApplicationPdf\n"
        f"maker = ApplicationPdf(Path({str(data_dir / 'fonts')!r}))\n"
        "sys.stdout.buffer.write(maker.render(paper(12)))"
    )
    other = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60)
    assert other.stdout == first, other.stderr.decode()


def test_another_value_gives_other_bytes(maker: ApplicationPdf) -> None:
    assert maker.render(paper()) != maker.render(paper(vessel="MV Other"))


def test_the_file_is_well_formed_and_described(maker: ApplicationPdf, tmp_path: Path) -> None:
    made = maker.render(paper(60))
    assert "No syntax or stream encoding errors" in ask("qpdf", made, tmp_path, "--check")
    info = ask("pdfinfo", made, tmp_path)
    assert re.search(r"Title: +APPLICATION FOR .*, Draft 7KQ2M9XWPC4T, version 1\n", info)
    assert re.search(r"Author: +Invented Mills Private Limited\n", info)
    assert re.search(r"Page size: +595.28 x 841.89 pts \(A4\)", info)
    assert "Date" not in info
    assert b"/Lang (en-IN)" in made and b"/DisplayDocTitle true" in made


@pytest.mark.parametrize("count", [1, 60])
def test_two_faces_are_embedded_and_no_other_is_named(
    maker: ApplicationPdf, tmp_path: Path, count: int
) -> None:
    made = maker.render(paper(count))
    rows = ask("pdffonts", made, tmp_path).splitlines()[2:]
    assert sorted(row.split()[0].partition("+")[2] for row in rows) == [
        "ECoOSans-Regular",
        "ECoOSansBold",
    ]
    assert all(re.search(r" yes +yes +yes ", row) for row in rows)
    assert b"Helvetica" not in made


def test_no_picture_is_on_it(maker: ApplicationPdf, tmp_path: Path) -> None:
    captions_alone = 2
    listed = ask("pdfimages", maker.render(paper(60)), tmp_path, "-list")
    assert len(listed.splitlines()) == captions_alone


@pytest.mark.parametrize("count", [0, 1001])
def test_another_number_of_lines_is_refused(maker: ApplicationPdf, count: int) -> None:
    with pytest.raises(Refused):
        maker.render(paper(count))


def test_what_is_missing_in_a_draft_is_a_dash() -> None:
    made = paper(vessel="", departs_on=None, consignee_country="", consignee_country_name="")
    assert dict(made.transport)["Vessel, flight or vehicle"] == "–"
    assert dict(made.transport)["Departure on or about"] == "–"
    assert dict(made.consignee)["Country"] == "–"


def test_the_declaration_bears_indian_date_and_exact_instant() -> None:
    made = paper_of(
        facts(), version=1, at=datetime(2026, 11, 23, 20, 30, 15, tzinfo=UTC), specimen=True
    )
    at = dict(made.declared_at)
    assert made.declaration == DECLARATION
    assert at["Date"] == "24 Nov 2026"
    assert at["Drawn up at"] == "24 Nov 2026, 02:00:15 IST\n2026-11-23T20:30:15Z (UTC)"
    assert dict(made.declared_by)["Signatory"] == "Invented Owner Asha"


def test_dates_and_currencies_are_written_as_the_portal_writes_them() -> None:
    made = paper(1, currency="JPY", currency_exponent=0, invoice_date=date(2026, 1, 5))
    assert dict(made.invoice)["Date"] == "5 Jan 2026"
    assert made.lines[0].fob == "90,00,105"
    assert made.totals.fob == "90,00,105"


def test_only_criteria_that_are_named_are_explained() -> None:
    assert [short for short, _ in paper(1).criteria] == ["Made of Indian inputs"]
    assert len(paper(3).criteria) == 3


def test_the_web_loads_no_pdf_code_for_it() -> None:
    code = (
        "import sys, portal.kit, portal.filing.paper\n"
        "print([n for n in ('reportlab', 'xhtml2pdf', 'pikepdf') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60)
    assert done.stdout.decode().strip() == "[]", done.stderr.decode()


def test_the_paper_names_the_version_that_is_kept_when_it_is_handed_in(
    stage: Stage, tmp_path: Path
) -> None:
    ref = stage.draft("owner", lines=2)
    made = drawn_up(stage, ref, "owner")
    stage.sign(stage.actor("owner"), ref)
    number = stage.do(filing.submit, stage.actor("owner"), ref, declared=True)
    with stage.db() as db:
        kept = db.scalars(select(Version)).one()
        assert made.particulars_sha256 == kept.sha256
        row = queries.application_for(db, stage.actor("owner"), number)
        written = particulars.written_down(queries.application_facts(db, row))
    assert particulars.fingerprint(written) == made.particulars_sha256
    again = drawn_up(stage, number, "owner")
    assert again.reference == f"Application {number}"
    printed = words(stage.portal.kit.papers.render(again), tmp_path)
    assert number in printed and made.particulars_sha256 in printed


def drawn_up(stage: Stage, ref: str, who: str) -> ApplicationPaper:
    with stage.db() as db:
        row = queries.application_for(db, stage.actor(who), ref)
        found = queries.application_facts(db, row)
    return paper_of(found, version=1, at=AT, specimen=True)


def test_an_agents_draft_says_who_prepared_it_for_whom(stage: Stage) -> None:
    agent = stage.acting(stage.mandate())
    ref = stage.draft(agent)
    with stage.db() as db:
        found = queries.application_facts(db, queries.application_for(db, agent, ref))
    made = paper_of(found, version=1, at=AT, specimen=True)
    expected = f"by agent {found.agent} for exporter {found.firm.name}"
    assert found.agent and dict(made.exporter)["Prepared"] == expected
