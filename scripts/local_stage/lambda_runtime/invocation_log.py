"""Where the lines of a sandbox go: to CloudWatch Logs, and into the tail that the caller may ask for."""

import os
import time
from collections import deque
from datetime import UTC, datetime
from typing import Protocol

from scripts.local_stage.lambda_runtime.functions import FunctionVersion

_TAIL_BYTES = 4096


class WriteLog(Protocol):
    """`LogWriter`."""

    def write(self, group: str, stream: str, message: str, timestamp_ms: int) -> None:
        """Queue one log event."""


class InvocationLog:
    """The log of one sandbox."""

    def __init__(self, function: FunctionVersion, writer: WriteLog) -> None:
        self.stream = f"{datetime.now(UTC):%Y/%m/%d}/[{function.version}]{os.urandom(16).hex()}"
        self._group = function.log_group
        self._writer = writer
        self._lines: deque[str] = deque(maxlen=_TAIL_BYTES)

    def begin(self) -> None:
        """Forget the lines of the previous invocation."""
        self._lines.clear()

    def write(self, line: str) -> None:
        """Take one line."""
        self._lines.append(line[-_TAIL_BYTES:])
        self._writer.write(self._group, self.stream, line, int(time.time() * 1000))

    def write_all(self, lines: list[str]) -> None:
        """Take some lines."""
        for line in lines:
            self.write(line)

    def tail(self) -> str:
        """The last 4 KB of the invocation."""
        return ("\n".join(self._lines) + "\n").encode()[-_TAIL_BYTES:].decode("utf-8", "replace")
