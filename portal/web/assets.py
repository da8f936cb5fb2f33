"""The scripts under hashed names: htmx as it came from npm with our small glue, and the token's."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

YEAR = 31_536_000


def build(static: Path, htmx: Path | None) -> list[Path]:
    """Write static/dist/{app,token}.<hash>.js; without htmx there is no script at all."""
    folder = static / "dist"
    folder.mkdir(exist_ok=True)
    for old in folder.glob("*.js*"):
        old.unlink()
    if htmx is None or not htmx.exists():
        return []
    glue, token = (bare((static / "js" / f"{name}.js").read_text()) for name in ("portal", "token"))
    texts = {"app": f"{htmx.read_text().rstrip()}\n{glue}", "token": token}
    made = []
    for name, text in texts.items():
        path = folder / f"{name}.{hashlib.sha256(text.encode()).hexdigest()[:12]}.js"
        path.write_text(text)
        made.append(path)
    return made


def bare(script: str) -> str:
    """A script of ours without its indentation and the lines that only hold a comment."""
    lines = (line.strip() for line in script.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"


def init_assets(app: Flask, static: Path) -> None:
    """Serve static files (precompressed, immutable) and tell templates the script's address."""
    for name, as_known in (("app", "script"), ("token", "token_script")):
        found = sorted((static / "dist").glob(f"{name}.*.js"))
        app.jinja_env.globals[as_known] = f"/static/dist/{found[-1].name}" if found else ""
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app, root=str(static / "dist"), prefix="static/dist/", max_age=YEAR
    )
