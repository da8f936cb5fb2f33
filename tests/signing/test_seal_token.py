"""Seal keys in a PKCS#11 token: the seal is the same, and a lost session is no lost seal."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from portal.adapters.pdf import SheetPdf
from portal.adapters.seal_keys_pkcs11 import TokenSealKeys
from portal.core.errors import Refused, TryLater
from portal.sandbox.authority import ensure_authority, issue_office_key
from portal.signing.sealing import Sealer, read_seals
from tests.certificates.sheets import TEMPLATES, a_sheet
from tests.signing.test_sealing import KEY, NOW
from tests.tools import need

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so")
LABEL, PIN = "specimen-seals", "246810"


@dataclass(frozen=True)
class Token:
    """A token with an office's key in it."""

    module: str
    root: bytes
    plain: bytes

    def keys(self, pin: str = PIN, label: str = LABEL) -> TokenSealKeys:
        return TokenSealKeys(f"pkcs11:{self.module}?token={label}", pin)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Token]:
    """SoftHSM2 in a folder of its own; the module is loaded once in a process."""
    need("softhsm2-util")
    module = next(path for path in MODULES if Path(path).exists())
    folder = tmp_path_factory.mktemp("softhsm")
    (folder / "tokens").mkdir()
    config = folder / "softhsm2.conf"
    config.write_text(f"directories.tokendir = {folder}/tokens\nobjectstore.backend = file\n")
    before = os.environ.get("SOFTHSM2_CONF")
    os.environ["SOFTHSM2_CONF"] = str(config)
    try:
        root = ensure_authority(folder / "ca", NOW)
        fill(folder, module)
        plain = SheetPdf(folder / "fonts", TEMPLATES).render(a_sheet(10))
        yield Token(module, root.read_bytes(), plain)
    finally:
        os.environ.pop("SOFTHSM2_CONF")
        if before is not None:
            os.environ["SOFTHSM2_CONF"] = before


def fill(folder: Path, module: str) -> None:
    """A new token with the key by softhsm2-util, its certificates by PKCS#11."""
    util = ("softhsm2-util", "--init-token", "--free", "--label", LABEL)
    run(*util, "--pin", PIN, "--so-pin", "13579")
    p12 = issue_office_key(folder / "ca", folder / "keys", KEY, "Mumbai", "Chamber", NOW, "pw")
    opened = pkcs12.load_pkcs12(p12.read_bytes(), b"pw")
    assert opened.cert is not None
    pem = folder / "key.pem"
    key = opened.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())  # type: ignore[union-attr]
    pem.write_bytes(key)
    imported = ("softhsm2-util", "--import", str(pem), "--token", LABEL, "--label", KEY)
    run(*imported, "--id", "01", "--pin", PIN)
    above = [one.certificate.public_bytes(Encoding.DER) for one in opened.additional_certs]
    put(module, opened.cert.certificate.public_bytes(Encoding.DER), KEY)
    for number, der in enumerate(above):
        put(module, der, f"issuer-{number}")


def put(module: str, der: bytes, label: str) -> None:
    """Lay a certificate into the token."""
    import pkcs11
    from pkcs11.util.x509 import decode_x509_certificate

    found = pkcs11.lib(module).get_token(token_label=LABEL)
    with found.open(rw=True, user_pin=PIN) as session:
        attributes = decode_x509_certificate(der)
        session.create_object(
            {**attributes, pkcs11.Attribute.LABEL: label, pkcs11.Attribute.TOKEN: True}
        )


def test_a_seal_by_a_token_is_as_good_as_any(token: Token) -> None:
    sealed = seal(Sealer(token.keys()), token.plain)
    (found,) = read_seals(sealed, [token.root], NOW)
    assert found.good and found.signer == "SPECIMEN Mumbai"


def test_the_chain_leaves_out_the_root(token: Token) -> None:
    key = token.keys().load(KEY)
    assert len(key.chain) == 1
    assert not hasattr(key, "private_key")


# python-pkcs11 tidies up a search that the lost session never began, and says so.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_lost_session_is_opened_again(token: Token) -> None:
    import pkcs11

    sealer = Sealer(token.keys())
    seal(sealer, token.plain)
    pkcs11.lib(token.module).reinitialize()  # what a restarted HSM looks like
    (found,) = read_seals(seal(sealer, token.plain), [token.root], NOW)
    assert found.good


def test_an_unknown_key_is_refused(token: Token) -> None:
    for key_id in ("delhi-1", "issuer-0", ""):
        with pytest.raises(Refused):
            token.keys().load(key_id)


def test_a_token_that_is_not_there_is_for_later(token: Token) -> None:
    with pytest.raises(TryLater, match="NoSuchToken"):
        token.keys(label="elsewhere").load(KEY)


def test_a_wrong_pin_is_tried_once(token: Token) -> None:
    import pkcs11

    pkcs11.lib(token.module).reinitialize()  # nobody is signed in
    keys = token.keys(pin="000000")
    for _ in range(12):  # more than a token forgives
        with pytest.raises(Refused, match="PIN"):
            keys.load(KEY)
    assert token.keys().load(KEY).key_id == KEY


@pytest.mark.parametrize("address", ["pkcs11:", "pkcs11:/lib.so", "pkcs11:?token=x", "/folder"])
def test_another_address_is_refused(address: str) -> None:
    with pytest.raises(Refused, match="SEAL_KEYS"):
        TokenSealKeys(address, PIN)


def seal(sealer: Sealer, pdf: bytes) -> bytes:
    return sealer.seal(pdf, KEY, reason="Certificate issued", location="Mumbai", at=NOW)


def run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
