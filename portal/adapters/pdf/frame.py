"""Makes the form's frame with xhtml2pdf, once for each kind of page, and keeps it: boxes, captions,
rules and sentences that are the same on every certificate."""

from __future__ import annotations

import hashlib
import io
import re
import zlib
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from portal.adapters.fonts import EDITION, ensure_faces, keep
from portal.adapters.pdf import form
from portal.adapters.pdf.faces import RESOURCES
from portal.adapters.pdf.form import PAGE_PT, PT_PER_MM, Box, Kind
from portal.adapters.pdf.mark import outlines
from portal.core.errors import Refused

_MAX_SECONDS = 60
_LIBRARIES = ("fonttools", "reportlab", "xhtml2pdf")
_FONT = re.compile(rb"/(\S+) [\d.]+ Tf")
_OURS = {f"{name}+0".encode() for name in RESOURCES.values()}


class Frames:
    """The frames of all kinds of pages: in memory, and in `kept_dir` for the next process."""

    def __init__(self, kept_dir: Path, templates_dir: Path, fonts_dir: Path) -> None:
        self._kept_dir = kept_dir
        self._templates_dir = templates_dir
        self._fonts_dir = fonts_dir
        self._made: dict[Kind, bytes] = {}

    def of(self, kind: Kind) -> bytes:
        """Drawing operators, deflated. They use the fonts of `RESOURCES` and the state `Fade`."""
        if kind not in self._made:
            path = self._kept_dir / f"{kind.name}-{self._edition}"
            if not path.exists():
                keep(path, zlib.compress(self._operators(kind), 9))
            self._made[kind] = path.read_bytes()
        return self._made[kind]

    def _operators(self, kind: Kind) -> bytes:
        parts = [_rules(kind), b"q", _content(_drawn(self._html(kind))), b"Q"]
        if kind.warning:
            bold = ensure_faces(self._fonts_dir)[1]
            parts.append(outlines(bold, kind.warning))
        return b"\n".join(parts)

    def _html(self, kind: Kind) -> str:
        from jinja2 import Environment, FileSystemLoader, StrictUndefined

        environment = Environment(
            loader=FileSystemLoader(self._templates_dir),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
        )
        template = environment.get_template("pdf/frame.html")
        return template.render(kind=kind, form=form, frame=_frame_css)

    @cached_property
    def _edition(self) -> str:
        """Another one where a template, this package or a library is another."""
        ours = [*Path(__file__).parent.glob("*.py"), *(self._templates_dir / "pdf").iterdir()]
        made_by = hashlib.sha256("\0".join((EDITION, *map(version, _LIBRARIES))).encode())
        for path in sorted(ours):
            made_by.update(hashlib.sha256(path.read_bytes()).digest())
        return made_by.hexdigest()[:20]


def _frame_css(name: str, box: Box) -> str:
    """The properties of an @frame that stands where `box` is."""
    return (
        f"-pdf-frame-content: {name}; left: {box.left:.2f}mm; top: {box.top:.2f}mm; "
        f"width: {box.width:.2f}mm; height: {box.height:.2f}mm;"
    )


def _drawn(html: str) -> bytes:
    from xhtml2pdf import pisa
    from xhtml2pdf.config.resources import ResourceAccessPolicy

    out = io.BytesIO()
    policy = ResourceAccessPolicy.server(None, allow_remote=False, max_render_seconds=_MAX_SECONDS)
    result = pisa.CreatePDF(html, dest=out, default_css="", resource_policy=policy)
    if result.err:
        raise Refused(f"the form could not be drawn: {result.log}")
    return out.getvalue()


def _content(pdf: bytes) -> bytes:
    """The operators of the one page. Raises `Refused` where they name another font than ours."""
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as document:
        if len(document.pages) != 1:
            raise Refused("the form's frame does not fit on its page")
        page = document.pages[0]
        page.contents_coalesce()
        content: bytes = page.Contents.read_bytes()
    if strange := set(_FONT.findall(content)) - _OURS:
        raise Refused(f"the form's frame uses the fonts {sorted(strange)}")
    return content


def _rules(kind: Kind) -> bytes:
    """Outline and column rules of the goods area."""
    columns = kind.goods
    top, bottom = columns[0].top, columns[0].top + columns[0].height
    edges = [*(column.left for column in columns), form.RIGHT]
    lines = [f"{_x(x)} {_y(bottom)} m {_x(x)} {_y(top)} l" for x in edges]
    lines.append(f"{_x(form.LEFT)} {_y(bottom)} m {_x(form.RIGHT)} {_y(bottom)} l")
    return f"q 0.07 G 0.7 w 2 J {' '.join(lines)} S Q".encode()


def _x(mm: float) -> str:
    return f"{mm * PT_PER_MM:.2f}"


def _y(mm: float) -> str:
    return f"{PAGE_PT[1] - mm * PT_PER_MM:.2f}"
