"""How values are written on pages: money, instants in IST, sizes, statuses."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from gettext import NullTranslations

from flask import Flask, g
from flask_babel import get_locale, get_translations, gettext

from portal.core.clock import IST
from portal.core.money import grouped, rupees

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date | datetime | None) -> str:
    """A day in India, as 23 Nov 2026; a dash where there is none."""
    if value is None:
        return "–"
    if isinstance(value, datetime):
        value = value.astimezone(IST).date()
    return f"{value.day} {_months(language())[value.month - 1]} {value.year}"


def month(value: date) -> str:
    """A month, as Nov 2026."""
    return f"{_months(language())[value.month - 1]} {value.year}"


def instant(value: datetime | None) -> str:
    """An instant in Indian time, as 23 Nov 2026, 18:05 IST."""
    if value is None:
        return "–"
    local = value.astimezone(IST)
    date_in_words = f"{local.day} {_months(language())[local.month - 1]} {local.year}"
    return f"{date_in_words}, {local.hour:02d}:{local.minute:02d} IST"


def scaled(value: int | None, decimals: int = 3) -> str:
    """A scaled integer as people write it: 1234500 (three decimals) is 1,234.5."""
    if value is None:
        return "–"
    whole, rest = divmod(value, 10**decimals)
    tail = f"{rest:0{decimals}d}".rstrip("0") if rest else ""
    return grouped(whole) + (f".{tail}" if tail else "")


def words(value: StrEnum | str) -> str:
    """A value of an enumeration in words: in_scrutiny is “in scrutiny”."""
    return translations().gettext(str(value).replace("_", " "))


def kilobytes(size: int) -> str:
    """A file's size: 184320 is 180 kB."""
    return f"{max(1, round(size / 1024))} kB"


@lru_cache(maxsize=8)
def _months(_language: str) -> tuple[str, ...]:
    """The months in the language of this request, looked up once: lists show many days."""
    return tuple(gettext(name) for name in MONTHS)


def language() -> str:
    """The language of the page, as `lang` wants it: en, hi."""
    found: str | None = g.get("language")
    if found is None:
        found = g.language = str(get_locale() or "en").replace("_", "-")
    return found


def translations() -> NullTranslations:
    """The catalogue of this request, looked up once: a page has dozens of marked strings."""
    found: NullTranslations | None = g.get("translations")
    if found is None:
        found = g.translations = get_translations()
    return found


def init_filters(app: Flask) -> None:
    """Offer the filters, the page's language and its words to every template."""
    app.jinja_env.globals["language"] = language
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: translations().gettext(text),
        lambda one, many, count: translations().ngettext(one, many, count),
        newstyle=True,
    )
    for name, function in (
        ("day", day),
        ("month", month),
        ("instant", instant),
        ("scaled", scaled),
        ("words", words),
        ("rupees", rupees),
        ("kilobytes", kilobytes),
    ):
        app.jinja_env.filters[name] = function
