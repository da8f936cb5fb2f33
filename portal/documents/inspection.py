"""Has an upload judged by a confined process, so that a hostile PDF never meets our own memory."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from portal.documents.rules import VerdictCode

WALL_SECONDS = 10.0
MAX_ANSWER_BYTES = 4096
JUDGE = Path(__file__).with_name("judge_pdf.py")


@dataclass(frozen=True)
class Verdict:
    """What became of an upload; `pages` is 0 unless `ok`, `size` is in bytes."""

    ok: bool
    code: VerdictCode
    pages: int
    sha256: str
    size: int


def inspect_pdf(content: bytes) -> Verdict:
    """Judge an upload within 10 s, 5 s of CPU and 300 MB; whatever happens there is a verdict."""
    code, pages = run_judge(content)
    ok = code is VerdictCode.OK
    digest = hashlib.sha256(content).hexdigest()
    return Verdict(ok, code, pages if ok else 0, digest, len(content))


def run_judge(
    content: bytes, judge: Path = JUDGE, wall_seconds: float = WALL_SECONDS
) -> tuple[VerdictCode, int]:
    """Start `judge` on the content; its code and number of pages. Never raises OSError."""
    try:
        return _code_of(*run_confined(content, judge, wall_seconds, MAX_ANSWER_BYTES))
    except OSError:
        return VerdictCode.NOT_CHECKED, 0


def run_confined(
    content: bytes, judge: Path, wall_seconds: float, most_bytes: int
) -> tuple[bytes, int]:
    """What `judge` wrote about the content, and its exit status. Raises OSError.

    More than `most_bytes` are cut to one byte more, and the process is killed.
    """
    with tempfile.TemporaryFile() as upload:
        upload.write(content)
        upload.seek(0)
        return _run(upload, judge, wall_seconds, most_bytes)


def ran_out(status: int) -> bool:
    """Whether a confined process was stopped by a limit of time or memory, by its exit status."""
    return status in (-signal.SIGKILL, -signal.SIGXCPU, -signal.SIGALRM)


def _run(upload: IO[bytes], judge: Path, wall_seconds: float, most_bytes: int) -> tuple[bytes, int]:
    with subprocess.Popen(
        [sys.executable, "-I", str(judge)],
        stdin=upload,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    ) as process:
        too_long = threading.Timer(wall_seconds, _kill, [process])
        too_long.start()
        try:
            return _answer(process, most_bytes), process.wait()
        finally:
            too_long.cancel()
            _kill(process)


def _answer(process: subprocess.Popen[bytes], most_bytes: int) -> bytes:
    assert process.stdout
    answer = process.stdout.read(most_bytes + 1)
    if len(answer) > most_bytes:
        _kill(process)
    return answer


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _code_of(answer: bytes, status: int) -> tuple[VerdictCode, int]:
    if len(answer) > MAX_ANSWER_BYTES:
        return VerdictCode.UNREADABLE, 0
    if ran_out(status):
        return VerdictCode.TOO_COSTLY, 0
    try:
        said = json.loads(answer)
        code, pages = VerdictCode(said["code"]), said["pages"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return VerdictCode.UNREADABLE, 0
    honest = said.get("ok") is (code is VerdictCode.OK) and type(pages) is int and pages >= 0
    return (code, pages) if honest and status == 0 else (VerdictCode.UNREADABLE, 0)
