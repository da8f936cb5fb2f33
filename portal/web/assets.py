"""The one script file: htmx as it came from npm and our small glue, under a hashed name."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

YEAR = 31_536_000


def build(static: Path, htmx: Path | None) -> Path | None:
    """Write static/dist/app.<hash>.js; without htmx there is no script at all."""
    folder = static / "dist"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("app.*.js*"):
        old.unlink()
    if htmx is None or not htmx.exists():
        return None
    text = f"{htmx.read_text().rstrip()}\n{(static / 'js' / 'portal.js').read_text()}"
    path = folder / f"app.{hashlib.sha256(text.encode()).hexdigest()[:12]}.js"
    path.write_text(text)
    return path


def init_assets(app: Flask, static: Path) -> None:
    """Serve static files (precompressed, immutable) and tell templates the script's address."""
    found = sorted((static / "dist").glob("app.*.js"))
    app.jinja_env.globals["script"] = f"/static/dist/{found[-1].name}" if found else ""
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=str(static / "dist"), prefix="static/dist/", max_age=YEAR
    )
