"""What other programs think of a signed PDF: they share no line with the portal."""

from __future__ import annotations

import asyncio
import io
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

BYTE_RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


@dataclass(frozen=True)
class OtherPrograms:
    """Poppler, OpenSSL and qpdf, trusting `roots` (PEM) alone."""

    folder: Path
    roots: Sequence[bytes]

    def pdfsig(self, pdf: bytes) -> str:
        """Poppler's word on every signature."""
        nss = self.folder / "nss"
        if not nss.is_dir():
            nss.mkdir()
            _run("certutil", "-N", "-d", f"sql:{nss}", "--empty-password")
            for number, root in enumerate(self.roots):
                (self.folder / "root.pem").write_bytes(root)
                added = ("-A", "-d", f"sql:{nss}", "-n", f"root{number}", "-t", "CT,C,C", "-a")
                _run("certutil", *added, "-i", str(self.folder / "root.pem"))
        return _run("pdfsig", "-nssdir", f"sql:{nss}", str(self._file(pdf)))

    def qpdf(self, pdf: bytes) -> str:
        """Whether the file is well built."""
        return _run("qpdf", "--check", str(self._file(pdf)))

    def openssl(self, pdf: bytes) -> str:
        """OpenSSL's word on the first signature: the CMS over all but its room."""
        start, length, resumed, rest = map(int, BYTE_RANGE.findall(pdf)[0])
        text = pdf[length + 1 : resumed - 1].decode()
        der = bytes.fromhex(text)
        whole = 4 + int.from_bytes(der[2:4], "big") if der[1] == 0x82 else len(der)
        (self.folder / "cms.der").write_bytes(der[:whole])
        (self.folder / "covered").write_bytes(pdf[start:length] + pdf[resumed : resumed + rest])
        (self.folder / "roots.pem").write_bytes(b"".join(self.roots))
        files = ("-in", str(self.folder / "cms.der"), "-content", str(self.folder / "covered"))
        trusted = ("-CAfile", str(self.folder / "roots.pem"), "-purpose", "any")
        out = ("-out", str(self.folder / "out"))
        return _run(
            "openssl", "cms", "-verify", "-binary", "-inform", "DER", *files, *trusted, *out
        )

    def _file(self, pdf: bytes) -> Path:
        path = self.folder / "signed.pdf"
        path.write_bytes(pdf)
        return path


def stock_indication(pdf: bytes, root: bytes, crl: bytes, now: datetime) -> str:
    """What pyHanko's `ades_lta_validation` says at `now`, with nothing of ours between.

    `root` is PEM, `crl` its list (DER), which the time stamper needs.
    """
    from asn1crypto import pem, x509
    from asn1crypto.crl import CertificateList
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import policy_decl as policy
    from pyhanko.sign.validation.ades import ades_lta_validation
    from pyhanko_certvalidator.context import CertValidationPolicySpec
    from pyhanko_certvalidator.ltv.types import ValidationTimingInfo
    from pyhanko_certvalidator.policy_decl import REQUIRE_REVINFO, CertRevTrustPolicy
    from pyhanko_certvalidator.registry import SimpleTrustManager
    from pyhanko_certvalidator.revinfo.archival import CRLContainer

    trusted = x509.Certificate.load(pem.unarmor(root)[2])
    lists = [CRLContainer(CertificateList.load(crl))]
    spec = policy.SignatureValidationSpec(
        CertValidationPolicySpec(
            SimpleTrustManager.build(trust_roots=[trusted]), CertRevTrustPolicy(REQUIRE_REVINFO)
        ),
        policy.RevocationInfoGatheringSpec(policy.RevinfoOnlineFetchingRule.LOCAL_ONLY),
        local_knowledge=policy.LocalKnowledge(known_crls=lists),
    )
    (seal,) = PdfFileReader(io.BytesIO(pdf)).embedded_regular_signatures
    moment = ValidationTimingInfo(now, now, point_in_time_validation=True)
    found = asyncio.run(ades_lta_validation(seal, policy.PdfSignatureValidationSpec(spec), moment))
    return str(getattr(found.ades_subindic, "name", ""))


def _run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    said = (done.stdout + done.stderr).decode(errors="replace")
    assert done.returncode == 0, said
    return said
