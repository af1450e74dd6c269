"""Commands that are interrupted or killed on their way."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.checkout import Checkout
from tests.e2e.bootstrapped_account import TARGET


class started:  # noqa: N801 - read as `with started(…)`
    """A command of scripts.stack that runs while the block does."""

    def __init__(self, stage: Checkout, environment: dict[str, str], *command: str) -> None:
        name, *more = command
        self._process = subprocess.Popen(
            [sys.executable, "-m", "scripts.stack", name, *TARGET, *more],
            cwd=stage.root,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def __enter__(self) -> subprocess.Popen[bytes]:
        return self._process

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            kill_with_children(self._process.pid)
        self._process.wait(10)


def wait_for(condition: Callable[[], bool], process: subprocess.Popen[bytes]) -> None:
    """Wait until something is so; fail when the process ends or three minutes pass before."""
    deadline = time.monotonic() + 180
    while not condition():
        assert process.poll() is None, f"ended with {process.returncode} before"
        assert time.monotonic() < deadline
        time.sleep(0.02)


def kill_with_children(pid: int) -> None:
    """Kill a process and all below it, whatever session they are in."""
    below = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            below.append(int(stat.parent.name))
    with contextlib.suppress(ProcessLookupError):  # ended with the one above it
        os.kill(pid, signal.SIGKILL)
    for child in below:
        kill_with_children(child)


def lock_id(said: str) -> str:
    """The ID of the lock that a refused run names."""
    (found,) = re.findall(r"^\W*ID:\s+(\S+)", said, re.MULTILINE)
    return str(found)
