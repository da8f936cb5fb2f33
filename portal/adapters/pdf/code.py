"""Draws the QR code that leads to a certificate's page of verification."""

from __future__ import annotations

from portal.adapters.pdf.form import PAGE_PT, PT_PER_MM, Box
from portal.core.errors import Refused

# Fixed version and mask (a search for the best costs four times as much); M keeps 15 % damage.
_MASK = 4
_BYTES = {6: 106, 8: 152, 10: 213, 14: 362, 20: 666}
QUIET_MODULES = 4


def modules(url: str) -> tuple[bytes, ...]:
    """Rows of the code without its quiet zone, a byte for each module: 1 is dark."""
    import segno

    size = len(url.encode())
    version = next((number for number, most in _BYTES.items() if size <= most), None)
    if version is None:
        raise Refused("the address is too long for a QR code")
    code = segno.make_qr(
        url, version=version, error="M", mode="byte", mask=_MASK, boost_error=False
    )
    return tuple(bytes(module & 1 for module in row) for row in code.matrix)


def qr_operators(url: str, box: Box) -> str:
    """PDF operators: the code as an image of one bit for each module, in the middle of `box`."""
    rows = modules(url)
    bits = "".join(_hexadecimal(row) for row in rows)
    module = box.width * PT_PER_MM / (len(rows) + 2 * QUIET_MODULES)
    side = module * len(rows)
    x = box.left * PT_PER_MM + module * QUIET_MODULES
    y = PAGE_PT[1] - box.top * PT_PER_MM - module * QUIET_MODULES - side
    return (
        f"q 0 g {side:.3f} 0 0 {side:.3f} {x:.3f} {y:.3f} cm "
        f"BI /W {len(rows)} /H {len(rows)} /IM true /D [1 0] /F /AHx ID {bits}> EI Q"
    )


def _hexadecimal(row: bytes) -> str:
    """The modules as bits, the last byte filled with zeros."""
    digits = -(-len(row) // 8) * 2
    bits = "".join("01"[module] for module in row).ljust(digits * 4, "0")
    return f"{int(bits, 2):0{digits}x}"
