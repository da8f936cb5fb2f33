"""`python -m tests.templates`: every template compiles, with the filters that the portal has."""

from __future__ import annotations

import sys
import tempfile

from jinja2 import Environment, TemplateError

from portal import create_app
from portal.config import Settings


def main() -> int:
    """Compile all; returns 1 if one does not, after naming each of them."""
    with tempfile.TemporaryDirectory() as folder:
        env = create_app(Settings.from_env({"DATA_DIR": folder})).jinja_env
        names = env.list_templates(extensions=["html", "txt", "xml", "ics"])
        faults = 0
        for name in names:
            try:
                check(env, name)
            except TemplateError as error:
                faults += 1
                print(f"templates/{name}: {error}")
    print(f"{len(names)} templates, {faults} faults")
    return 1 if faults else 0


def check(env: Environment, name: str) -> None:
    """Raise TemplateError if a template has a fault; those of PDFs have filters of their own."""
    if not name.startswith("pdf/"):
        env.get_template(name)
    elif env.loader is not None:
        env.parse(env.loader.get_source(env, name)[0], name)


if __name__ == "__main__":
    sys.exit(main())
