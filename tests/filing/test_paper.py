"""The application as a document: all that was typed stands on it, as it was typed."""

from __future__ import annotations

import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from portal.core import clock
from portal.filing.paper import Paper, paper_of
from portal.filing.queries import ApplicationFacts, application_facts, application_for
from tests.build import Stage
from tests.tools import need


@pytest.fixture
def facts(stage: Stage) -> ApplicationFacts:
    with stage.db() as db:
        return application_facts(db, application_for(db, stage.actor("owner"), stage.draft()))


def paper(facts: ApplicationFacts) -> Paper:
    return paper_of(facts, "ab" * 32, clock.now(), specimen=True)


def made(stage: Stage, facts: ApplicationFacts, folder: Path) -> Path:
    path = folder / "paper.pdf"
    path.write_bytes(stage.portal.kit.papers.render(paper(facts)))
    return path


def words(path: Path) -> str:
    need("pdftotext")
    done = subprocess.run(
        ["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True, timeout=60
    )
    return " ".join(done.stdout.decode().split())


def with_lines(facts: ApplicationFacts, count: int, description: str = "") -> ApplicationFacts:
    line = facts.lines[0]
    text = description or line.description
    lines = (replace(line, position=n, description=text) for n in range(1, count + 1))
    return replace(facts, lines=tuple(lines))


def test_every_value_stands_on_it(stage: Stage, facts: ApplicationFacts, tmp_path: Path) -> None:
    text = words(made(stage, facts, tmp_path))
    for value in (
        facts.public_ref,
        facts.office.agency_name,
        facts.firm.name,
        facts.firm.iec,
        facts.consignee_name,
        facts.consignee_country_name,
        facts.vessel,
        facts.port_of_discharge,
        facts.invoice_number,
        facts.lines[0].hs_code,
        facts.signatory,
        facts.signatory_designation,
        facts.declaration_place,
        "SPECIMEN, NOT VALID",
        "I declare that the particulars are correct",
        *(a.name for a in facts.attachments),
    ):
        assert " ".join(value.split()) in text, value
    for a in facts.attachments:
        assert a.sha256 in text.replace(" ", "")


@pytest.mark.parametrize("count", [1, 60, 1000])
def test_it_is_well_built_at_any_length(
    stage: Stage, facts: ApplicationFacts, tmp_path: Path, count: int
) -> None:
    need("qpdf", "pdffonts")
    path = made(stage, with_lines(facts, count), tmp_path)
    done = subprocess.run(["qpdf", "--check", str(path)], capture_output=True, timeout=60)
    assert done.returncode == 0, done.stdout
    fonts = subprocess.run(["pdffonts", str(path)], capture_output=True, timeout=60, check=True)
    rows = fonts.stdout.decode().splitlines()[2:]
    assert len(rows) == 2 and all(re.search(r"yes +yes +yes", row) for row in rows)
    assert f"Total of {count}" in words(path)


def test_markup_is_printed_as_it_was_typed(
    stage: Stage, facts: ApplicationFacts, tmp_path: Path
) -> None:
    typed = "<b>bold</b> & <img src=x> &amp; {{ 7*7 }} %s"
    text = words(made(stage, with_lines(facts, 1, typed), tmp_path))
    assert "".join(typed.split()) in "".join(text.split())


def test_a_word_without_end_and_a_row_taller_than_a_page_fit(
    stage: Stage, facts: ApplicationFacts, tmp_path: Path
) -> None:
    text = words(made(stage, with_lines(facts, 2, "Ж" * 4096), tmp_path))
    assert text.count("Ж") == 2 * 4096


def test_the_same_paper_gives_the_same_bytes(stage: Stage, facts: ApplicationFacts) -> None:
    one = paper(facts)
    assert stage.portal.kit.papers.render(one) == stage.portal.kit.papers.render(one)


def test_an_agents_work_is_named_beside_the_exporter(
    stage: Stage, facts: ApplicationFacts, tmp_path: Path
) -> None:
    text = words(made(stage, replace(facts, agent="Invented Brokers"), tmp_path))
    assert f"Invented Brokers for {facts.firm.name}" in text
    assert facts.signatory in text
