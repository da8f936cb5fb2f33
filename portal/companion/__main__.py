"""`python -m portal.companion`: starts the companion, sets it up, says what is wrong.

run         listen and ask the person (what happens without a command)
configure   keep sites, the portal's key and the driver in the settings file
check       say how the settings, the driver and the token stand, without a PIN
forget      disconnect every browser
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path

from portal.companion import driver, settings, terminal
from portal.companion.acts import Companion, companion_of
from portal.companion.consent import visible
from portal.companion.faults import Refusal
from portal.companion.keyboard import Closed
from portal.companion.pairing import Pairings
from portal.companion.reader import Reader
from portal.companion.server import HOST, NoPort, Server, listen
from portal.companion.settings import BadSettings, Settings


def main(arguments: list[str] | None = None) -> int:
    """Do what the command line says; the program's exit status."""
    given = _parser().parse_args(arguments)
    if given.command == "driver":
        driver.main()
    folder: Path = given.config_dir
    try:
        if given.command == "configure":
            return _configure(folder, given)
        kept = settings.load(folder)
    except (BadSettings, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    if given.command == "check":
        return _check(kept, folder)
    if given.command == "forget":
        Pairings(folder, kept.pairing_hours).forget()
        return 0
    return _run(replace(kept, ports=tuple(given.port or kept.ports)), folder, given.terminal)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="ecoo-companion", description=__doc__.split("\n\n")[0])
    parser.add_argument("--config-dir", type=Path, default=settings.default_folder())
    parser.add_argument("--port", type=int, action="append", help="listen here (repeatable)")
    parser.add_argument("--terminal", action="store_true", help="ask here, not in a window")
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("run", help="listen and ask (default)")
    configure = commands.add_parser("configure", help="keep settings")
    configure.add_argument("--origin", action="append", help="a site of the portal (repeatable)")
    configure.add_argument("--portal-key", type=Path, action="append", help="JWK set of the portal")
    configure.add_argument("--library", help="PKCS#11 library of the token; '' searches again")
    configure.add_argument("--consent-seconds", type=float)
    commands.add_parser("check", help="say what works")
    commands.add_parser("forget", help="disconnect every browser")
    commands.add_parser("driver")
    return parser


def _configure(folder: Path, given: argparse.Namespace) -> int:
    found = {name: _plain(value) for name, value in vars(settings.load(folder)).items()}
    for name in ("library", "consent_seconds"):
        if getattr(given, name) is not None:
            found[name] = getattr(given, name)
    if given.origin:
        found["origins"] = given.origin
    if given.portal_key:
        found["portal_keys"] = {k: x for path in given.portal_key for k, x in _keys(path).items()}
    settings.save(folder, settings.checked(found))
    print(f"Kept in {folder / settings.FILE_NAME}")
    return 0


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _keys(path: Path) -> dict[str, str]:
    try:
        return settings.keys_of(json.loads(path.read_text(encoding="utf-8")))
    except ValueError as error:
        raise BadSettings(f"{path.name}: {error}") from error


def _check(kept: Settings, folder: Path) -> int:
    print(f"Settings      {folder / settings.FILE_NAME}")
    print(f"Sites         {', '.join(kept.origins)}")
    print(f"Portal's keys {', '.join(kept.portal_keys) or 'none: nothing can be signed'}")
    try:
        found = Reader(kept.library, kept.token_seconds).tokens()
    except Refusal as refusal:
        print(f"Token         {refusal.message} ({refusal.code})")
        return 1
    for token in found:
        print(visible(f"Token         {token.label}, serial {token.serial}, by {token.library}"))
        for one in token.certificates:
            fit = "can sign" if one.fit else "can't sign (use, key or period)"
            print(visible(f"Certificate   {one.holder}, to {one.not_after:%Y-%m-%d}: {fit}"))
    return 0 if kept.portal_keys else 1


def _run(kept: Settings, folder: Path, in_terminal: bool) -> int:
    ask_in_window = not in_terminal and _has_window()
    if not ask_in_window and not _has_terminal():
        print("The companion needs a screen or a terminal to ask you.", file=sys.stderr)
        return 2
    # Before anybody can see that it runs; who starts it in the background lets SIGINT be ignored.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    companion = companion_of(kept, folder)
    try:
        server = listen(kept.ports, companion)
    except NoPort as error:
        print(error, file=sys.stderr)
        return 2
    try:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        _ask(companion, server, ask_in_window)
    except (KeyboardInterrupt, Closed):
        pass
    finally:
        server.shutdown()
        server.server_close()
    return 0


def _ask(companion: Companion, server: Server, in_window: bool) -> None:
    print(f"Listening on http://{HOST}:{server.server_port}", flush=True)
    if in_window:
        from portal.companion import window

        window.serve(companion.consent, companion.pairings)
    else:
        terminal.serve(companion.consent, companion.pairings, sys.stdout)


def _has_terminal() -> bool:
    """On Windows a program without a console has no stdin at all."""
    return sys.stdin is not None and sys.stdin.isatty() and sys.stdout is not None


def _has_window() -> bool:
    try:
        from portal.companion import window
    except ImportError:
        return False
    return window.is_possible()


if __name__ == "__main__":
    sys.exit(main())
