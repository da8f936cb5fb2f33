"""The ten minimal operations, which alone don't make goods Indian (HBP 2023, para 2.93(a)(II))."""

from __future__ import annotations

import re
from enum import StrEnum

from portal.core.words import N_


class Operation(StrEnum):
    """The ten minimal operations of para 2.93(a)(II), in the order of the Handbook."""

    CLEANING = "cleaning"
    PACKING = "packing"
    BOTTLING = "bottling"
    PRESERVING = "preserving"
    MARKING = "marking"
    MIXING = "mixing"
    ASSEMBLY = "assembly"
    DISASSEMBLY = "disassembly"
    SLAUGHTER = "slaughter"
    DILUTION = "dilution"

    @property
    def label(self) -> str:
        """The marked words that forms show; the sentence has them in English."""
        return _OPERATIONS[self]


def codes_of(operations: str) -> tuple[Operation, ...]:
    """The minimal operations that a line names, in the order of the Handbook."""
    named = operations.split(",")
    return tuple(operation for operation in Operation if operation.value in named)


def names_only_minimal(processing: str) -> bool:
    """Whether nothing but words of the ten operations stands in what was done, in English."""
    words = re.findall(r"[^\W\d_]+", processing.lower())
    return bool(words) and all(_MINIMAL.fullmatch(word) for word in words)


_OPERATIONS = {
    Operation.CLEANING: N_("removal of dust, sifting, sorting, washing, painting or cutting up"),
    Operation.PACKING: N_("changes of packing, breaking up or assembling of consignments"),
    Operation.BOTTLING: N_("simple cutting, slicing, repacking, bottling or boxing"),
    Operation.PRESERVING: N_("preservation for transport or storage, such as drying or freezing"),
    Operation.MARKING: N_("affixing of marks or labels"),
    Operation.MIXING: N_("simple mixing"),
    Operation.ASSEMBLY: N_("simple assembly of parts"),
    Operation.DISASSEMBLY: N_("disassembly"),
    Operation.SLAUGHTER: N_("slaughter of animals"),
    Operation.DILUTION: N_("mere dilution with water or another substance"),
}
# Words of the ten operations: who names nothing else has said of nothing more.
_MINIMAL = re.compile(
    r"(?:(?:dust|sift|sort|grad|clean|wash|paint|cut|slic|pack|repack|unpack|bottl|rebottl|box|"
    r"dry|dri|freez|froz|chill|brin|preserv|label|relabel|mark|tag|mix|blend|assembl|disassembl|"
    r"dismantl|slaughter|dilut|remov|break|broke|chang)\w*|"
    r"simple|mere|only|and|or|of|the|in|into|for|from|to|by|with|a|was|were|up|water|goods|"
    r"consignments?|parts?|done|here|india|export|bags?|cartons?|retail|bulk|animals?)",
)
