"""Keeps the stage's child processes from outliving it, even when it is killed with SIGKILL.

A small watcher process holds the read end of a pipe whose only write end is ours. We tell it each
process group we start and each that ended; when the pipe closes, however that came about, it kills the rest.
Works wherever there are pipes and process groups; no prctl.
"""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any


class ProcessGuard:
    """Starts child processes as leaders of process groups of their own."""

    def __init__(self) -> None:
        self._watcher = subprocess.Popen(
            [sys.executable, "-S", "-E", __file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        assert self._watcher.stdin is not None
        self._pipe: IO[bytes] = self._watcher.stdin

    async def spawn(
        self,
        command: Sequence[str],
        *,
        environment: Mapping[str, str],
        directory: Path,
        stdout: int | IO[Any] | None = None,
        stderr: int | IO[Any] | None = None,
    ) -> asyncio.subprocess.Process:
        """Start `command` with exactly this environment; stdin is empty."""
        process = await asyncio.create_subprocess_exec(
            *command,
            env=dict(environment),
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        self._tell(f"+{process.pid}")
        return process

    def ended(self, process: asyncio.subprocess.Process) -> None:
        """Forget a process that has been waited for; what it left of its group is killed."""
        kill_group(process.pid)
        self._tell(f"-{process.pid}")

    def close(self) -> None:
        """Kill what is left and end the watcher."""
        with contextlib.suppress(OSError):
            self._pipe.close()
        self._watcher.wait()

    def _tell(self, line: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            self._pipe.write(f"{line}\n".encode())
            self._pipe.flush()


def kill_group(group: int) -> None:
    """SIGKILL every process of a group; nothing happens if there is none."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _watch() -> None:
    groups: set[int] = set()
    for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(signum, signal.SIG_IGN)
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    for group in groups:
        kill_group(group)


if __name__ == "__main__":
    _watch()
