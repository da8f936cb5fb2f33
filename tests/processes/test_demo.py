"""The demonstration that README promises: what a newcomer runs ends in sound certificates."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from portal.config import ROOT
from portal.sandbox import demo


def test_the_demonstration_ends_in_three_sound_certificates(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert demo.run(ROOT) == 0, capsys.readouterr().err
    folder = Path(ROOT) / "var" / "demo"
    summary = json.loads((folder / "summary.json").read_text())
    assert len(summary["certificates"]) == len(list(folder.glob("*.pdf"))) == 3
    assert (summary["sound"], summary["ledger_sum_paise"]) == (True, 0)
