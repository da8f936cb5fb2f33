"""Tables of codes, every row with the days it holds: from the first to the last, open if null."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from sqlalchemy import Date, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model
from portal.core.types import Instant, Key

Code2 = Annotated[str, mapped_column(String(2), primary_key=True)]
Code3 = Annotated[str, mapped_column(String(3), primary_key=True)]
Code6 = Annotated[str, mapped_column(String(6), primary_key=True)]
# The first day of a row; `rules.ALWAYS` where it isn't known.
Since = Annotated[date, mapped_column(Date, primary_key=True)]
# The last day, itself included; null as long as the code is open.
Until = Annotated[date | None, mapped_column(Date)]
# The codes that took its place, with spaces between.
Successors = Annotated[str, mapped_column(String(200), default="")]


class HsCode(Model):
    """A heading (four digits) or subheading (six) of the Harmonized System."""

    __tablename__ = "reference_hs"

    code: Mapped[Code6]
    description: Mapped[str] = mapped_column(Text)
    edition: Mapped[str] = mapped_column(String(8))
    valid_from: Mapped[Since]
    valid_until: Mapped[Until]
    successors: Mapped[Successors]


class NationalLine(Model):
    """An eight-digit line of the ITC(HS) schedule, valid from the first to the last day."""

    __tablename__ = "reference_national_line"

    code: Mapped[str] = mapped_column(String(8), primary_key=True)
    description: Mapped[str] = mapped_column(Text)
    valid_from: Mapped[Since]
    valid_until: Mapped[Until]
    successors: Mapped[Successors]
    source: Mapped[str] = mapped_column(String(200))
    certainty: Mapped[str] = mapped_column(String(1))


class Country(Model):
    """A country by ISO 3166-1."""

    __tablename__ = "reference_country"

    code: Mapped[Code2]
    name: Mapped[str] = mapped_column(String(80))
    valid_from: Mapped[Since]
    valid_until: Mapped[Until]
    successors: Mapped[Successors]


class Currency(Model):
    """A currency by ISO 4217, with how many decimals its minor unit has."""

    __tablename__ = "reference_currency"

    code: Mapped[Code3]
    name: Mapped[str] = mapped_column(String(80))
    exponent: Mapped[int]
    valid_from: Mapped[Since]
    valid_until: Mapped[Until]
    successors: Mapped[Successors]


class Unit(Model):
    """A unit quantity code as Indian customs write it."""

    __tablename__ = "reference_unit"

    code: Mapped[Code3]
    name: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[Since]
    valid_until: Mapped[Until]
    successors: Mapped[Successors]


class Package(Model):
    """A kind of package, by the two letters of UN/ECE Recommendation 21."""

    __tablename__ = "reference_package"

    code: Mapped[Code2]
    name: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[Since]
    valid_until: Mapped[Until]
    successors: Mapped[Successors]


class Incoterm(Model):
    """A term of delivery of the Incoterms."""

    __tablename__ = "reference_incoterm"

    code: Mapped[Code3]
    name: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[Since]
    valid_until: Mapped[Until]
    successors: Mapped[Successors]


class Station(Model):
    """A customs station in India: sea, air, inland or land; some have no UN/LOCODE."""

    __tablename__ = "reference_station"

    code: Mapped[Code6]
    name: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(2))
    kind: Mapped[str] = mapped_column(String(8))
    unlocode: Mapped[str] = mapped_column(String(5), default="")
    valid_from: Mapped[Since]
    valid_until: Mapped[Until]
    successors: Mapped[Successors]


class Place(Model):
    """A place of trade by UN/LOCODE; `functions` as that list writes them, `1--4----`."""

    __tablename__ = "reference_place"

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(2))
    subdivision: Mapped[str] = mapped_column(String(3), default="")
    functions: Mapped[str] = mapped_column(String(8), default="")
    valid_from: Mapped[Since]
    valid_until: Mapped[Until]
    successors: Mapped[Successors]


class TariffChange(Model):
    """A change of the tariff that the directorate entered: who, what and why. Append-only."""

    __tablename__ = "reference_tariff_change"

    id: Mapped[Key]
    at: Mapped[Instant]
    person_id: Mapped[int | None]
    code: Mapped[str] = mapped_column(String(8), index=True)
    last_day: Mapped[date] = mapped_column(Date)
    successors: Mapped[Successors]
    source: Mapped[str] = mapped_column(String(200))
    why: Mapped[str] = mapped_column(Text)


class Edition(Model):
    """Where the rows of one list were last taken from; `seed` is the mark of what comes along."""

    __tablename__ = "reference_edition"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    edition: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(200))
    certainty: Mapped[str] = mapped_column(String(1), default="")
    as_of: Mapped[date | None] = mapped_column(Date)
