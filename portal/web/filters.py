"""How values are written on pages: money, instants in IST, sizes, statuses."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import lru_cache
from gettext import NullTranslations

from flask import Flask
from flask_babel import get_locale, get_translations
from markupsafe import Markup

from portal.core.clock import IST, MONTHS
from portal.core.money import grouped, rupees


def day(value: date | datetime | None) -> str:
    """A day in India, as 23 Nov 2026; a dash where there is none."""
    return "–" if value is None else _day(value, language())


def month(value: date) -> str:
    """A month, as Nov 2026."""
    return f"{_month(value.month, language())} {value.year}"


def instant(value: datetime | None) -> str:
    """An instant in Indian time, as 23 Nov 2026, 18:05 IST."""
    return "–" if value is None else _instant(value, language())


def time(value: datetime) -> str:
    """The time of an instant in India, as 18:05."""
    return f"{value.astimezone(IST):%H:%M}"


# Both are kept, because lists show the same fifty days and instants all day.
@lru_cache(maxsize=4096)
def _day(value: date | datetime, language: str) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(IST).date()
    return f"{value.day} {_month(value.month, language)} {value.year}"


@lru_cache(maxsize=4096)
def _instant(value: datetime, language: str) -> str:
    local = value.astimezone(IST)
    date_in_words = f"{local.day} {_month(local.month, language)} {local.year}"
    return f"{date_in_words}, {local.hour:02d}:{local.minute:02d} IST"


def scaled(value: int | None, decimals: int = 3) -> str:
    """A scaled integer as people write it: 1234500 (three decimals) is 1,234.5."""
    if value is None:
        return "–"
    whole, rest = divmod(value, 10**decimals)
    tail = f"{rest:0{decimals}d}".rstrip("0") if rest else ""
    return grouped(whole) + (f".{tail}" if tail else "")


def amount(value: int, exponent: int) -> str:
    """An amount in minor units with all its decimals: 12345000 with exponent 2 is 1,23,450.00."""
    whole, rest = divmod(value, 10**exponent)
    return grouped(whole) + (f".{rest:0{exponent}d}" if exponent else "")


def words(value: StrEnum | str) -> str:
    """A value of an enumeration in words: in_scrutiny is “in scrutiny”."""
    return spoken().translations.gettext(str(value).replace("_", " "))


def kilobytes(size: int) -> str:
    """A file's size: 184320 is 180 kB."""
    return f"{max(1, round(size / 1024))} kB"


@dataclass(frozen=True)
class Words:
    """The language of a request, as `lang` wants it (en, hi), and its catalogue."""

    language: str
    translations: NullTranslations


# Looked up once a request: a page has dozens of marked strings, a list many days.
_words: ContextVar[Words | None] = ContextVar("words", default=None)


def spoken() -> Words:
    """The words of this request."""
    found = _words.get()
    if found is None:
        found = Words(str(get_locale() or "en").replace("_", "-"), get_translations())
        _words.set(found)
    return found


def _forget(_error: BaseException | None) -> None:
    """The next request of this thread may speak another language."""
    _words.set(None)


def language() -> str:
    """The language of the page, as `lang` wants it: en, hi."""
    return spoken().language


def marked(text: str, /, **values: object) -> Markup:
    """A marked string in the language of the page, its values escaped: `_` in templates."""
    found = _marked(text, language())
    return found % values if values else found


@lru_cache(maxsize=4096)
def _marked(text: str, _language: str) -> Markup:
    return Markup(spoken().translations.gettext(text))


def _month(number: int, language: str) -> str:
    return _marked(MONTHS[number - 1], language)


def init_filters(app: Flask) -> None:
    """Offer the filters, the page's language and its words to every template."""
    app.jinja_env.globals["language"] = language
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: spoken().translations.gettext(text),
        lambda one, many, count: spoken().translations.ngettext(one, many, count),
        newstyle=True,
    )
    # Jinja's own `_` looks for `gettext` in the context at every string.
    app.jinja_env.globals["_"] = marked
    app.teardown_request(_forget)
    for name, function in (
        ("day", day),
        ("month", month),
        ("instant", instant),
        ("time", time),
        ("amount", amount),
        ("scaled", scaled),
        ("words", words),
        ("rupees", rupees),
        ("kilobytes", kilobytes),
    ):
        app.jinja_env.filters[name] = function
