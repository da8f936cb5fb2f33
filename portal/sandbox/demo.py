"""Does the whole journey by itself: files, decides, downloads and verifies three shipments."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from portal.sandbox.esign.pages import CODE, CONSENT, OTP
from portal.sandbox.esign.people import people
from portal.sandbox.papers import plain_pdf
from portal.sandbox.ports import free_ports
from portal.sandbox.shipments import Shipment, shipments
from portal.sandbox.visitor import Answer, Visitor

PASSWORD = "specimen-only-please"
START_SECONDS, SEAL_SECONDS, SIGN_SECONDS = 180, 60, 60
LAST_LINES = 12
PORTS = 4  # the portal and the three of its stand-ins
SECTIONS = ("consignee", "transport", "invoice", "declaration")


class DemoFailed(Exception):
    """A step did not end as it should; the message says which."""


def run(root: Path) -> int:
    """Run the demonstration; writes var/demo/<number>.pdf and summary.json; 0 if all is well."""
    target = root / "var" / "demo"
    target.mkdir(parents=True, exist_ok=True)
    for old in [*target.glob("*.pdf"), *target.glob("summary.json")]:
        old.unlink()
    with tempfile.TemporaryDirectory(prefix="ecoo-demo-") as folder:
        environment = _environment(root, Path(folder))
        try:
            with _served(root, environment) as base:
                files = [journey(base, shipment, target) for shipment in _shipments()]
                proof = _proof(root, environment)
        except (DemoFailed, LookupError, OSError) as fault:
            print(f"demo failed: {fault}", file=sys.stderr)
            return 1
    summary = {"certificates": files, **proof}
    (target / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    for file in files:
        print(f"{file['certificate']}  {file['verify_url']}")
    print(f"ledger sum {proof['ledger_sum_paise']} paise; {proof['verify_all']}")
    return 0 if proof["sound"] else 1


def journey(base: str, shipment: Shipment, target: Path) -> dict[str, object]:
    """One application from draft to verified certificate; returns numbers and seconds."""
    watch = _Watch()
    exporter, officer = Visitor(base), Visitor(base)
    sign_in(exporter, shipment.exporter)
    ref = draft(exporter, shipment)
    watch.lap("fill_in")
    number = hand_in(exporter, ref)
    watch.lap("submit")
    sign_in(officer, shipment.officer)
    approve(officer, number)
    watch.lap("approve")
    pdf = await_certificate(exporter, number)
    watch.lap("seal")
    certificate, code = read_certificate(exporter, number)
    (target / f"{certificate}.pdf").write_bytes(pdf)
    _verify(base, certificate, code, pdf)
    watch.lap("verify")
    return {
        "application": number,
        "certificate": certificate,
        "check_code": code,
        "verify_url": f"{base}/verify/{certificate}",
        "bytes": len(pdf),
        "seconds": watch.laps,
    }


def sign_in(visitor: Visitor, email: str) -> Answer:
    """Sign in as a sample person."""
    page = visitor.get("/sign-in")
    page = visitor.send(page, "/sign-in", {"email": email, "password": PASSWORD})
    if page.url.endswith("/sign-in/code"):
        page = visitor.send(page, "/sign-in/code", {"code": visitor.code_of(email)})
    return _expect(page, "/dashboard")


def draft(exporter: Visitor, shipment: Shipment) -> str:
    """Fill in a whole draft; returns its reference."""
    page = exporter.get("/applications/new")
    office = re.search(rf'value="(\d+)"[^>]*>[^<]*{shipment.office}', page.text)
    if office is None:
        raise DemoFailed(f"no office {shipment.office}")
    page = exporter.send(page, "/applications", {"office": office.group(1)})
    ref = page.url.split("/applications/")[1].split("/")[0]
    for name in SECTIONS:
        fields: Mapping[str, str] = getattr(shipment, name)
        page = exporter.get(f"/applications/{ref}/sections/{name}")
        _expect(exporter.send(page, f"/sections/{name}", fields), "/applications/")
    for line in shipment.lines:
        page = exporter.get(f"/applications/{ref}/goods")
        _expect(exporter.send(page, f"/{ref}/goods", line), "/goods")
    if shipment.origin:
        page = exporter.get(f"/applications/{ref}/origin")
        _expect(exporter.send(page, f"/{ref}/origin", shipment.origin), "/origin")
    for kind in ("invoice", "packing_list"):
        attach(exporter, ref, kind, plain_pdf("SPECIMEN, NOT VALID", kind, shipment.office))
    return ref


def attach(exporter: Visitor, ref: str, kind: str, content: bytes) -> Answer:
    """Upload one document."""
    page = exporter.get(f"/applications/{ref}/documents")
    files = {"file": (f"{kind}.pdf", content)}
    return _expect(exporter.send(page, f"/{ref}/documents", {"kind": kind}, files), "/documents")


def hand_in(exporter: Visitor, ref: str) -> str:
    """Declare, sign where that is asked for, and submit; returns the file number."""
    page = exporter.get(f"/applications/{ref}")
    page = exporter.send(page, f"/{ref}/submission", {"declared": "y"})
    if "/signatures/" in page.url:
        _signed(exporter, page)
        page = exporter.get(f"/applications/{ref}/handing-in")
        page = exporter.send(page, f"/{ref}/submission")
    return _expect(page, "/applications/NP-").url.rsplit("/", 1)[1]


def sign(exporter: Visitor, ref: str) -> None:
    """Sign a complete draft, to hand it in later."""
    page = exporter.get(f"/applications/{ref}")
    _signed(exporter, exporter.send(page, f"/{ref}/signature"))


def _signed(exporter: Visitor, page: Answer) -> None:
    """Through the provider's pages as the signatory, who is one of its invented people."""
    path = urlsplit(page.url).path
    page = _until(exporter, path, "Your consent")
    name = re.search(r"<dt>Signatory</dt>\s*<dd>([^<]+)</dd>", page.text)
    signer = next((one.id for one in people().values() if name and one.name == name[1]), None)
    if signer is None:
        raise DemoFailed(f"{path}: nobody at the provider bears the signatory's name")
    page = exporter.send(page, "/consent")
    page = exporter.send(page, "/esign/2.1/signdoc")
    page = exporter.send(page, CONSENT, {"person": signer, "action": "send"})
    page = exporter.send(page, OTP, {"otp": CODE, "action": "sign"})
    exporter.send(page, "/e-sign/answer", files={})
    _until(exporter, path, "Signed.")


def _until(exporter: Visitor, path: str, words: str) -> Answer:
    """The page as soon as it shows the words."""
    limit = time.monotonic() + SIGN_SECONDS
    while time.monotonic() < limit:
        page = exporter.get(path)
        if words in page.text or "Not signed." in page.text:
            break
        time.sleep(0.1)
    if words not in page.text:
        raise DemoFailed(f"{path} does not say “{words}”: {_errors(page.text)}")
    return page


def approve(officer: Visitor, number: str) -> None:
    """Take the file from the queue and approve it."""
    page = officer.get(f"/queue/{number}")
    page = _expect(officer.send(page, f"/{number}/claim"), f"/queue/{number}")
    _expect(officer.send(page, f"/{number}/approval"), f"/queue/{number}")


def await_certificate(exporter: Visitor, number: str) -> bytes:
    """Wait until the certificate can be downloaded, and download it."""
    limit = time.monotonic() + SEAL_SECONDS
    while time.monotonic() < limit:
        answer = exporter.get(f"/applications/{number}/certificate.pdf")
        if answer.status == 200:
            return answer.body
        time.sleep(0.1)
    raise DemoFailed(f"{number}: no certificate after {SEAL_SECONDS} s")


def read_certificate(exporter: Visitor, number: str) -> tuple[str, str]:
    """Number and check code as the exporter's page shows them."""
    page = exporter.get(f"/applications/{number}/certificate")
    found = re.findall(r"<dd>([^<]+)</dd>", page.text)
    return found[0], found[1]


def _verify(base: str, certificate: str, code: str, pdf: bytes) -> None:
    public = Visitor(base)
    page = public.get("/verify")
    typed = public.send(page, "/verify", {"number": certificate, "code": code})
    uploaded = public.send(page, "/verify/file", files={"file": ("certificate.pdf", pdf)})
    altered = public.send(page, "/verify/file", files={"file": ("copy.pdf", pdf + b"\n")})
    for answer, words in ((typed, "Valid:"), (uploaded, "Valid:"), (altered, "Altered after")):
        if words not in answer.text:
            raise DemoFailed(f"{certificate}: verification does not say “{words}”")


def _expect(answer: Answer, address: str) -> Answer:
    if answer.status != 200 or address not in answer.url:
        raise DemoFailed(
            f"{answer.url} answered {answer.status}, expected {address}: {_errors(answer.text)}"
        )
    return answer


def _errors(text: str) -> str:
    alert = re.search(r'role="alert".*?</div>', text, re.DOTALL)
    return re.sub(r"<[^>]+>|\s+", " ", alert.group())[:400] if alert else ""


def _shipments() -> tuple[Shipment, ...]:
    yesterday = datetime.now(UTC) - timedelta(days=1)
    return shipments(f"{yesterday:%Y-%m-%d}")


def _environment(root: Path, folder: Path) -> dict[str, str]:
    """A sandbox of its own: nothing of the caller's settings, its typeface kept between runs."""
    fonts = root / "var" / "fonts"
    fonts.mkdir(parents=True, exist_ok=True)
    (folder / "fonts").symlink_to(fonts)
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "FLASK_APP": "app", "DATA_DIR": str(folder), "PORT": str(free_ports(PORTS))}


@contextmanager
def _served(root: Path, environment: dict[str, str]) -> Iterator[str]:
    base = f"http://127.0.0.1:{environment['PORT']}"
    said = root / "var" / "demo" / "serve.log"
    with said.open("w") as log:
        command = [sys.executable, "-m", "flask", "serve"]
        process = subprocess.Popen(
            command, cwd=root, env=environment, stdout=log, stderr=log, start_new_session=True
        )
        try:
            _await(base, process, said)
            yield base
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


def _await(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit and process.poll() is None:
        try:
            if Visitor(base).get("/healthz").status == 200:
                return
        except OSError:
            time.sleep(0.2)
    ended = "ended" if process.poll() is not None else f"gave no answer in {START_SECONDS} s"
    raise DemoFailed(f"the portal {ended}: see var/demo/serve.log, which closes with\n{_tail(log)}")


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-LAST_LINES:])


def _proof(root: Path, environment: dict[str, str]) -> dict[str, object]:
    command = [sys.executable, "-m", "flask", "verify-all"]
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True)
    lines = done.stdout.strip().splitlines()
    total = next((line for line in lines if line.startswith("ledger sum")), "ledger sum ?")
    return {
        "ledger_sum_paise": int(re.sub(r"\D", "", total) or -1),
        "verify_all": lines[-1] if lines else done.stderr[-300:],
        "sound": done.returncode == 0,
    }


class _Watch:
    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.monotonic()

    def lap(self, name: str) -> None:
        now = time.monotonic()
        self.laps[name] = round(now - self._last, 2)
        self._last = now
