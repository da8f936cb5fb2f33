"""Binds the process that judges an upload, so that what breaks out of a library finds nothing.

Each `judge_*.py` runs alone by `python -I` and takes this file by its path.
"""

from __future__ import annotations

import os
import resource
import signal

CPU_SECONDS = 5
WALL_SECONDS = 10
ADDRESS_SPACE_BYTES = 300 * 1024 * 1024
NOBODY = 65534


def confine(address_space_bytes: int = ADDRESS_SPACE_BYTES) -> None:
    """Bind this process: no new descriptor, file, process, core dump; little time and memory.

    Where it is root it becomes nobody, without groups. There is no way back.
    """
    for what, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_AS, address_space_bytes),
        (resource.RLIMIT_CPU, CPU_SECONDS),
    ):
        resource.setrlimit(what, (most, most))
    signal.alarm(WALL_SECONDS)
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)
