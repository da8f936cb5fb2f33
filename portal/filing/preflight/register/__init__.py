"""The register of checks as data: what each says, how sure it is, since when, by what source."""

from __future__ import annotations

from collections.abc import Mapping

from portal.filing.preflight.check import Check
from portal.filing.preflight.register.goods import GOODS
from portal.filing.preflight.register.papers import PAPERS

CHECKS: Mapping[str, Check] = {check.code: check for check in (*PAPERS, *GOODS)}
