"""Starting, finding and stopping stages from other processes."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from scripts.local_stage.environment import foreign_variables
from scripts.local_stage.stage_record import REPOSITORY, StageDirectory, StageRecord

START_LIMIT_SECONDS = 60.0
STOP_LIMIT_SECONDS = 15.0
_POLL_SECONDS = 0.05
_SERVER = (sys.executable, "-m", "scripts.local_stage", "up", "--foreground")

Progress = Callable[[str], None]


class StageError(Exception):
    """A stage did not do what was asked; the message says what happened and how to repair it."""


def up(
    directory: StageDirectory, options: Sequence[str] = (), progress: Progress = lambda _: None
) -> StageRecord:
    """Start the stage in a process of its own and wait until it is ready; a running one is reused.

    The server leads a session of its own: neither Ctrl-C nor the end of this terminal reaches it.
    Raises StageError when the server ends or is not ready within START_LIMIT_SECONDS.
    """
    running = directory.running()
    if running is not None and _health(running) is not None:
        progress(f"stage {directory.name} runs already (pid {running.pid})")
        return running
    began = time.monotonic()
    server = None
    try:
        while time.monotonic() - began < START_LIMIT_SECONDS:
            record = directory.running()
            if record is not None and _health(record) is not None:
                progress(f"ready after {time.monotonic() - began:.1f} s")
                return record
            if directory.server_pid() is None:  # else one that another process started, or that is ending
                if server is None:
                    progress(f"starting stage {directory.name}")
                    server = _launch(directory, options)
                elif server.poll() is not None:
                    raise StageError(_why_it_ended(directory, server.returncode))
            time.sleep(_POLL_SECONDS)
    except BaseException:
        if server is not None and server.poll() is None:
            server.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                server.wait(STOP_LIMIT_SECONDS)
        raise
    raise StageError(
        f"stage {directory.name} was not ready after {START_LIMIT_SECONDS:.0f} s; "
        f"its log: {directory.log}. Stop it: python -m scripts.local_stage down --name {directory.name}"
    )


def down(directory: StageDirectory, progress: Progress = lambda _: None) -> bool:
    """Stop the stage, wait for its end and remove everything it left; False when none ran."""
    pid = directory.server_pid()
    if pid is not None:
        progress(f"stopping stage {directory.name} (pid {pid})")
        _signal(pid, signal.SIGTERM)
        if not _wait_for_end(directory, STOP_LIMIT_SECONDS):
            progress(f"still there after {STOP_LIMIT_SECONDS:.0f} s: killing it")
            _signal(pid, signal.SIGKILL)
            if not _wait_for_end(directory, STOP_LIMIT_SECONDS):
                raise StageError(
                    f"stage {directory.name}: process {pid} can't be killed; see {directory.log}"
                )
    directory.remove()
    return pid is not None


def status(directory: StageDirectory) -> dict[str, Any] | None:
    """What the stage says of itself (`/_stage/health`); None when it is not running."""
    running = directory.running()
    return _health(running) if running is not None else None


def _server_environment(environment: Mapping[str, str]) -> dict[str, str]:
    foreign = set(foreign_variables(environment)) | {"AWS_ENDPOINT_URL"}
    return {name: value for name, value in environment.items() if name not in foreign}


def _health(record: StageRecord) -> dict[str, Any] | None:
    try:
        with urllib.request.urlopen(f"{record.control_plane}/_stage/health", timeout=5) as reply:  # noqa: S310
            health: dict[str, Any] = json.loads(reply.read())
            return health
    except (OSError, ValueError):
        return None


def _launch(directory: StageDirectory, options: Sequence[str]) -> subprocess.Popen[bytes]:
    directory.path.mkdir(parents=True, exist_ok=True)
    with directory.log.open("ab") as log:
        log.truncate(0)
        server = subprocess.Popen(
            [*_SERVER, "--name", directory.name, *options],
            cwd=REPOSITORY,
            env=_server_environment(os.environ),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    # whoever outlives the server, such as a test run, is not left with a zombie
    threading.Thread(target=server.wait, daemon=True).start()
    return server


def _why_it_ended(directory: StageDirectory, code: int) -> str:
    last_lines = directory.log.read_text(errors="replace").splitlines()[-15:]
    return "\n".join([f"stage {directory.name} ended with code {code} while starting:", *last_lines])


def _wait_for_end(directory: StageDirectory, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if directory.server_pid() is None:
            return True
        time.sleep(_POLL_SECONDS)
    return False


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)
