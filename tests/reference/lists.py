"""Small invented lists for tests, and the command that takes them in."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from click.testing import Result
from flask import Flask

from portal.config import ROOT, Settings

# Subheadings of HS 2022 whose national lines below are invented.
LINES = """code;description
09101110;"GINGER, FRESH
AND INVENTED"
09101120;Ginger, invented dried
73239390;STAINLESS STEEL PLATES, INVENTED AND CUT OF...
73239310;=cmd|' /C calc'!A0
22030000;-
"""


@dataclass(frozen=True)
class Desk:
    """Somebody who runs `flask import` with files of their own."""

    app: Flask
    folder: Path

    def file(self, text: str | bytes, name: str = "invented.csv") -> Path:
        """A file with this content."""
        path = self.folder / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    def take(self, kind: str, text: str | bytes, as_of: str, *options: str) -> Result:
        """Take a list in, as the command does."""
        path = self.file(text)
        runner = self.app.test_cli_runner()
        return runner.invoke(args=["import", kind, str(path), "--as-of", as_of, *options])

    def said(self, kind: str, text: str | bytes, as_of: str, *options: str) -> str:
        """What the command said; it must have gone well."""
        result = self.take(kind, text, as_of, *options)
        assert result.exit_code == 0, result.output
        return result.output


def killed_import(settings: Settings, path: Path, marker: Path) -> int:
    """Run the command in a process that dies just before its commit; returns the exit code."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {
        **kept,
        "FLASK_APP": "app",
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "DIE_AT": f"import.before_commit={marker}",
    }
    command = ["-m", "flask", "import", "national-lines", str(path), "--as-of", "2026-01-01"]
    done = subprocess.run(
        [sys.executable, *command], cwd=ROOT, env=env, check=False, timeout=120, capture_output=True
    )
    return done.returncode
