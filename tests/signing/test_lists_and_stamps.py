"""What comes from outside is small, from where the settings say and proven, or it is not taken."""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from asn1crypto import tsp

from portal.adapters import crls as crls_module
from portal.adapters.crls import FolderCrls
from portal.adapters.timestamps import HttpTimeStamps
from portal.core.errors import TryLater
from portal.sandbox import timestamping
from portal.sandbox.authority import CA, authority_certificate, crl, ensure_authority
from portal.sandbox.authority.chain import time_stamper

NOW = datetime(2026, 11, 23, 6, 30, 5, tzinfo=UTC)
Said = tuple[int, bytes, dict[str, str]]


@contextmanager
def answering(what: Callable[[str, bytes], Said]) -> Iterator[str]:
    """An HTTP server that says whatever a test likes; gives its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, said, headers = what(self.path, body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


@pytest.fixture(scope="module")
def ca(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Authorities, made once."""
    folder = tmp_path_factory.mktemp("ca")
    ensure_authority(folder, NOW)
    return folder


class Lists:
    """What is served at each path, and the client that fetches it."""

    def __init__(self, ca: Path, folder: Path) -> None:
        self.ca, self.folder = ca, folder
        self.said: dict[str, Said] = {
            "/root.crl": (200, crl(ca, CA.ROOT, NOW), {}),
            "/issuer.crl": (200, crl(ca, CA.ISSUER, NOW), {}),
        }
        self.asked: list[str] = []

    def answer(self, path: str, _body: bytes) -> Said:
        self.asked.append(path)
        return self.said.get(path, (404, b"", {}))

    def client(self, base: str, *names: str) -> FolderCrls:
        urls = [f"{base}/{name}.crl" for name in names or ("root", "issuer")]
        root = (self.ca / "specimen-root.pem").read_bytes()
        above = authority_certificate(self.ca, CA.ISSUER, NOW)
        return FolderCrls(self.folder, urls, [root], [above])


@pytest.fixture
def lists(ca: Path, tmp_path: Path) -> Lists:
    """Two good lists."""
    return Lists(ca, tmp_path / "crls")


def test_lists_are_fetched_kept_and_asked_for_again_after_a_while(lists: Lists) -> None:
    with answering(lists.answer) as base:
        client = lists.client(base)
        assert len(client.current(NOW)) == 2
        assert len(client.current(NOW + timedelta(minutes=9))) == 2
        assert len(lists.asked) == 2
        client.current(NOW + timedelta(minutes=11))
        assert len(lists.asked) == 4
    first, second = client.facts()
    assert "SPECIMEN Root CA" in first.issuer and "SPECIMEN Issuing CA" in second.issuer
    assert first.this_update == NOW and first.next_update == NOW + timedelta(hours=24)
    assert not first.problem and not first.is_stale(NOW)


def test_kept_lists_do_while_nobody_answers_until_they_are_stale(lists: Lists) -> None:
    with answering(lists.answer) as base:
        lists.client(base).current(NOW)
    another = lists.client(base)  # another process: it finds what the first one kept
    assert len(another.current(NOW + timedelta(hours=23))) == 2
    assert all("Error" in one.problem for one in another.facts())
    with pytest.raises(TryLater, match="no list"):
        another.current(NOW + timedelta(hours=25))
    assert all(one.is_stale(NOW + timedelta(hours=25)) for one in another.facts())


def test_one_authoritys_silence_keeps_up_nobody_else(lists: Lists) -> None:
    with answering(lists.answer) as base:
        client = lists.client(base, "root", "absent")
        assert len(client.current(NOW)) == 1
        (_, absent) = client.facts()
    assert "404" in absent.problem and absent.is_stale(NOW)


def test_what_is_no_good_list_never_takes_the_place_of_one(
    lists: Lists, ca: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crls_module, "MOST_BYTES", 5000)
    ensure_authority(tmp_path / "stranger", NOW)
    later = NOW + timedelta(minutes=20)
    bad: dict[str, Said] = {
        "no list": (200, b"<html>maintenance</html>", {}),
        "nothing": (200, b"", {}),
        "too large": (200, b"x" * 6000, {}),
        "a stranger's": (200, crl(tmp_path / "stranger", CA.ROOT, later), {}),
        "an old one": (200, crl(ca, CA.ROOT, NOW - timedelta(hours=1)), {}),
        "a stale one": (200, crl(ca, CA.ROOT, NOW - timedelta(days=3)), {}),
        "a redirect": (302, b"", {"Location": "/issuer.crl"}),
        "an error": (500, b"", {}),
    }
    with answering(lists.answer) as base:
        client = lists.client(base, "root")
        (good,) = client.current(NOW)
        for name, said in bad.items():
            lists.said["/root.crl"] = said
            assert client.current(later) == (good,), name
            assert client.facts()[0].problem, name
        assert "/issuer.crl" not in lists.asked
        lists.said["/root.crl"] = (200, crl(ca, CA.ROOT, later), {})
        assert client.current(later) != (good,)
        assert not client.facts()[0].problem


def test_a_list_signed_by_a_certificate_of_no_authority_is_not_taken(
    lists: Lists, tmp_path: Path
) -> None:
    with answering(lists.answer) as base:
        strangers = tmp_path / "stranger"
        root = ensure_authority(strangers, NOW).read_bytes()
        above = authority_certificate(lists.ca, CA.ISSUER, NOW)
        client = FolderCrls(lists.folder, [f"{base}/issuer.crl"], [root], [above])
        with pytest.raises(TryLater, match="below our roots"):
            client.current(NOW)


def test_a_token_comes_over_the_very_digest(ca: Path) -> None:
    def answer(_path: str, body: bytes) -> Said:
        return 200, timestamping.answer(body, time_stamper(ca, NOW), NOW), {}

    with answering(answer) as base:
        client = HttpTimeStamps(base)
        digest = secrets.token_bytes(32)
        token = client.stamp(digest)
        assert digest in token
        assert client.sample() == token


def other_nonce(body: bytes) -> bytes:
    asked = tsp.TimeStampReq.load(body)
    asked["nonce"] = 7
    return bytes(asked.dump(force=True))


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("answers somebody else", lambda by, body: timestamping.answer(other_nonce(body), by, NOW)),
        (
            "stamps something else",
            lambda by, body: timestamping.answer(timestamping.with_wrong_imprint(body), by, NOW),
        ),
        ("refused", lambda by, body: timestamping.answer(b"?", by, NOW)),
        ("ValueError", lambda by, body: b"<html>maintenance</html>"),
        ("ValueError", lambda by, body: b""),
        ("more than", lambda by, body: b"x" * 70_000),
    ],
)
def test_an_unsound_answer_is_for_later(ca: Path, name: str, says: Callable[..., bytes]) -> None:
    def answer(_path: str, body: bytes) -> Said:
        return 200, says(time_stamper(ca, NOW), body), {}

    with answering(answer) as base, pytest.raises(TryLater, match=name):
        HttpTimeStamps(base).stamp(bytes(32))


@pytest.mark.parametrize("status", [302, 404, 500])
def test_another_status_is_for_later(status: int) -> None:
    def answer(_path: str, _body: bytes) -> Said:
        return status, b"", {"Location": "/elsewhere"}

    with answering(answer) as base, pytest.raises(TryLater, match=str(status)):
        HttpTimeStamps(base).stamp(bytes(32))


def test_nobody_there_is_for_later() -> None:
    with answering(lambda _path, _body: (200, b"", {})) as base:
        pass
    with pytest.raises(TryLater):
        HttpTimeStamps(base).sample()
