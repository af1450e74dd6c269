"""Run a process that is asked to stop, once, before it is killed: on Ctrl-C, and after a time."""

import contextlib
import os
import signal
import subprocess
import threading
from collections.abc import Iterator, Mapping

GRACE_SECONDS = 60.0
"""How long Terraform may take to stop once asked: it finishes the calls under way and saves the state."""


class Timer:
    """Asks a process to stop after a time; `fired` says whether it did."""

    def __init__(self, process: subprocess.Popen[str], seconds: float) -> None:
        self.fired = False
        self._process = process
        self._timer = threading.Timer(seconds, self._fire)
        self._timer.daemon = True
        self._timer.start()

    def _fire(self) -> None:
        self.fired = True
        _stop(self._process)

    def cancel(self) -> None:
        """Let the process go on."""
        self._timer.cancel()


@contextlib.contextmanager
def running(
    line: list[str], environment: Mapping[str, str], seconds: float
) -> Iterator[tuple[subprocess.Popen[str], Timer]]:
    """Run a command in a session of its own, so that Ctrl-C reaches it through us and exactly once."""
    process = subprocess.Popen(
        line,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    )
    timer = Timer(process, seconds)
    try:
        yield process, timer
    finally:
        timer.cancel()
        if process.poll() is None:
            _stop(process)
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()


def _stop(process: subprocess.Popen[str]) -> None:
    """Interrupt Terraform, which then saves the state; kill it and its providers if it will not stop."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(GRACE_SECONDS)
    except (subprocess.TimeoutExpired, KeyboardInterrupt):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
