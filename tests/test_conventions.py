"""House rules as tests: each says what to do when it fails."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import Environment

from portal.config import ROOT
from portal.web.access import access_of

# Longer functions that are better in one piece, as "path:name"; keep it empty.
LONG_FUNCTIONS: frozenset[str] = frozenset()
MOST_LINES, MOST_FUNCTION_LINES, MOST_TEMPLATE_LINES, MOST_PDF_LINES = 300, 40, 120, 160
# The macros are one file on purpose: the parts that all pages are made of.
LONG_TEMPLATES = frozenset({"_ui/macros.html"})
BARE_FIELD = re.compile(r"<(?:input(?! type=.hidden)|select|textarea)\b", re.IGNORECASE)
# Upload-to-verify changes nothing: it checks Origin and has no token, so that the page is public.
# The form that leaves for the e-sign provider carries nothing of ours but a signed message.
WITHOUT_TOKEN = ("verification.by_file", "data-at-once")
# A hold is held, then captured or released: no lifecycle, one compare-and-set in the ledger.
OTHER_STATUS = frozenset({"portal/core/steps.py", "portal/wallet/ledger.py"})
# Our own stylesheet, and the marked strings of our own templates.
MARKUP = frozenset({"portal/web/headers.py", "portal/web/filters.py"})
TAGS = re.compile(r"<!--.*?-->|<(?:[^<>\"']|\"[^\"]*\"|'[^']*')*>", re.DOTALL)
ENTITIES = re.compile(r"&#?\w+;")
# Words that are names, the same in every language.
NAMES = frozenset({"eCoO", "SPECIMEN", "DGFT", "UTC", "IST", "kg"})
MACHINE_PATH = re.compile(r"(?<![\w.~-])/(?:home|Users|root|tmp|work)/[\w.-]+")
TEXT_FILES = (".py", ".html", ".css", ".js", ".md", ".toml", ".json", ".txt", ".cfg", "")
NOT_OURS = {".git", ".venv", "node_modules", "var", "dist", "__pycache__"}


def sources(*folders: str) -> list[Path]:
    """Python files of ours, without migrations, which are records and not code."""
    found = (path for folder in folders for path in sorted((ROOT / folder).rglob("*.py")))
    return [path for path in found if "versions" not in path.parts]


def short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


def page_templates() -> list[Path]:
    """Templates of pages: a PDF follows a form fixed in English, a mail has its own rules."""
    return [p for p in templates() if p.parent.name not in ("pdf", "mail")]


def nodes(path: Path) -> Iterator[ast.AST]:
    return ast.walk(ast.parse(path.read_text()))


def test_files_are_short() -> None:
    long = [short(p) for p in sources("portal", "jobs") if line_count(p) > MOST_LINES]
    assert not long, "make it a folder of the same name, split by noun or audience"


def test_functions_are_short() -> None:
    long = [
        f"{short(path)}:{node.name}"
        for path in sources("portal", "jobs")
        for node in nodes(path)
        if isinstance(node, ast.FunctionDef) and extent(node) > MOST_FUNCTION_LINES
    ]
    assert set(long) <= LONG_FUNCTIONS, "name its parts and call them"


def test_templates_are_short() -> None:
    long = [
        short(path)
        for path in templates()
        if line_count(path) > (MOST_PDF_LINES if path.parent.name == "pdf" else MOST_TEMPLATE_LINES)
        and path.relative_to(ROOT / "templates").as_posix() not in LONG_TEMPLATES
    ]
    assert not long, "move a part into a file of its own and include it"


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    silent = [name for name, view in app.view_functions.items() if access_of(view) is None]
    assert not silent, "decorate it with @requires(Permission.X) or @public()"


def test_rendered_templates_exist() -> None:
    """A page of the capability x renders x/<something>.html, or an error page."""
    wrong = []
    for path in sources("portal"):
        for node in nodes(path):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
                continue
            named = re.fullmatch(r"[a-z_]+/[a-z_]+\.html", node.value)
            if named and not (ROOT / "templates" / node.value).exists():
                wrong.append(f"{short(path)}: {node.value}")
    assert not wrong


def test_nothing_is_declared_safe_by_hand() -> None:
    wrong = [short(p) for p in templates() if re.search(r"\|\s*safe\b", p.read_text())]
    wrong += [
        short(p) for p in sources("portal") if "Markup(" in p.read_text() and short(p) not in MARKUP
    ]
    assert not wrong, "let Jinja escape it; build markup in a macro"


def test_forms_that_post_carry_the_token_and_the_seat() -> None:
    """Signing in has a token only: nobody is in a seat yet."""
    wrong = [
        short(path)
        for path, form in posting_forms()
        if not re.search(r"\bhidden\(\)|csrf_token\(\)", form)
        and not any(endpoint in form for endpoint in WITHOUT_TOKEN)
    ]
    assert not wrong, "put {{ ui.hidden() }} first in the form"


def test_fields_of_acts_come_from_the_one_macro() -> None:
    """Filters (GET) and the file of upload-to-verify may be plain."""
    wrong = [
        short(path)
        for path, form in posting_forms()
        if BARE_FIELD.search(form)
        and "_ui" not in path.parts
        and not any(endpoint in form for endpoint in WITHOUT_TOKEN)
    ]
    assert not wrong, "use {{ ui.field(form.x) }}: label, hint and message come with it"


def posting_forms() -> Iterator[tuple[Path, str]]:
    """Every form with method post, with the template that it is in."""
    for path in page_templates():
        for form in re.findall(r"<form\b.*?</form>", path.read_text(), re.DOTALL):
            if re.search(r"method=.?post", form, re.IGNORECASE):
                yield path, form


def test_no_words_outside_the_catalogue() -> None:
    wrong = [f"{short(p)}: {words}" for p in page_templates() for words in bare_words(p)]
    assert not wrong, "mark it: {{ _('…') }}"


def test_jobs_that_facts_ask_for_exist() -> None:
    subscriptions = pytest.importorskip("jobs.subscriptions").SUBSCRIPTIONS
    for names in subscriptions.values():
        for name in names:
            module, _, function = name.rpartition(".")
            assert callable(getattr(import_module(module), function, None)), name


def test_a_status_moves_only_by_take() -> None:
    wrong = [
        f"{short(path)}:{node.lineno}"
        for path in sources("portal", "jobs")
        if short(path) != "portal/core/steps.py"
        for node in nodes(path)
        if isinstance(node, ast.Assign | ast.AugAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        if isinstance(target, ast.Attribute) and target.attr == "status" and not of_errors(path)
    ]
    assert not wrong, "call core.steps.take"


def test_no_update_sets_a_status_but_take() -> None:
    wrong = [
        f"{short(path)}:{node.lineno}"
        for path in sources("portal", "jobs")
        if short(path) not in OTHER_STATUS
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "values"
        and any(keyword.arg == "status" for keyword in node.keywords)
    ]
    assert not wrong, "call core.steps.take"


def test_time_comes_from_the_clock() -> None:
    wrong = [
        f"{short(path)}:{node.lineno}"
        for path in sources("portal", "jobs")
        if short(path) != "portal/core/clock.py" and "sandbox" not in path.parts
        for node in nodes(path)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("now", "today", "utcnow")
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in ("datetime", "date")
    ]
    assert not wrong, "call portal.core.clock.now() or today()"


def test_no_path_of_somebodys_machine_is_in_a_file() -> None:
    wrong = [
        f"{short(path)}: {found.group()}"
        for path in our_files()
        for found in MACHINE_PATH.finditer(path.read_text(errors="ignore"))
    ]
    assert not wrong, "make it relative, or take it from the settings"


def line_count(path: Path) -> int:
    return len(path.read_text().splitlines())


def extent(node: ast.FunctionDef) -> int:
    """Lines of a function without its docstring."""
    first = node.body[0]
    quiet = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    docstring = (first.end_lineno or 0) - first.lineno + 1 if quiet else 0
    return (node.end_lineno or 0) - node.lineno + 1 - docstring


def of_errors(path: Path) -> bool:
    """HTTP statuses are another matter than statuses of files."""
    return short(path) in ("portal/core/errors.py", "portal/web/errors.py")


def our_files() -> list[Path]:
    """What would be in the repository: everything but what is made at set-up or run time."""
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if not NOT_OURS & set(path.relative_to(ROOT).parts)
        and path.is_file()
        and not any(part.endswith("_cache") for part in path.parts)
        and ".hypothesis" not in path.parts
        and path.suffix in TEXT_FILES
    ]


def bare_words(path: Path) -> Iterator[str]:
    """Words between tags that no _() or {% trans %} holds."""
    translated = False
    kept: list[str] = []
    tokens = list(Environment().lex(path.read_text()))
    for place, (_line, kind, value) in enumerate(tokens):
        if kind == "block_begin":
            word = next(v for _l, k, v in tokens[place + 1 :] if k == "name")
            translated = word == "trans" or (translated and word != "endtrans")
            # A block inside a tag's attribute must not tear the tag in two.
            kept.append("")
        elif kind == "data" and not translated:
            kept.append(value)
    text = ENTITIES.sub(" ", TAGS.sub(" ", "".join(kept)))
    for word in re.findall(r"[^\W\d_]{2,}", text):
        if word not in NAMES:
            yield word
