"""Keys as pyHanko signs with them, wherever they are kept."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from portal.core.errors import Refused
from portal.signing.ports import SealKey

if TYPE_CHECKING:
    from pyhanko.sign.signers.pdf_cms import Signer, SimpleSigner
    from pyhanko.sign.signers.pdf_signer import PdfSigner
    from pyhanko.sign.timestamps.api import TimeStamper


def kept(key: SealKey) -> SimpleSigner:
    """pyHanko's signer with the key object kept: the stock one loads it anew for each signature."""
    from asn1crypto import algos, keys, x509
    from pyhanko.sign.signers.pdf_cms import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    class KeptSigner(SimpleSigner):
        def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
            if digest_algorithm != "sha256":
                raise Refused(f"seals use SHA-256, not {digest_algorithm}")
            return key.sign(data)

    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(map(x509.Certificate.load, key.chain))
    return KeptSigner(
        signing_cert=x509.Certificate.load(key.certificate),
        signing_key=keys.PrivateKeyInfo({"version": 0}),
        cert_registry=store,
        signature_mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_rsa"}),
        embed_roots=False,
    )


def dated(what: Any, signer: Signer, stamper: TimeStamper | None, at: datetime) -> PdfSigner:
    """pyHanko's maker of signatures `what`, dated by `at` instead of by the machine's clock."""
    from pyhanko.sign.signers.pdf_signer import PdfSigner

    class DatedSigner(PdfSigner):
        def init_signing_session(self, *given: Any, **named: Any) -> Any:
            session = super().init_signing_session(*given, **named)
            session.system_time = at
            return session

    return DatedSigner(what, signer, timestamper=stamper)
