"""Reads what a sandbox writes to its output, line by line."""

import asyncio
import contextlib
import os
from collections.abc import Callable

_CHUNK = 65_536
_MAX_LINE = 262_144
"""Largest event of CloudWatch Logs; a longer line is cut into several."""


class LineReader:
    """A pipe whose lines go to a callback; `drain` makes sure that what was written so far has gone there."""

    def __init__(self, line: Callable[[str], None]) -> None:
        self._line = line
        self._rest = b""
        self._read_end, self.write_end = os.pipe()
        os.set_blocking(self._read_end, False)

    def start(self) -> None:
        """Begin to read; the child has its copy of `write_end` by now."""
        os.close(self.write_end)
        asyncio.get_running_loop().add_reader(self._read_end, self.drain)

    def abandon(self) -> None:
        """Close without having started."""
        os.close(self.write_end)
        os.close(self._read_end)
        self._read_end = -1

    def drain(self) -> None:
        """Pass on everything that is in the pipe."""
        while self._read_end >= 0:
            try:
                chunk = os.read(self._read_end, _CHUNK)
            except BlockingIOError:
                return
            if not chunk:
                self._stop()
                return
            *lines, self._rest = (self._rest + chunk).split(b"\n")
            for line in lines:
                self._pass_on(line)
            while len(self._rest) > _MAX_LINE:
                self._pass_on(self._rest[:_MAX_LINE])
                self._rest = self._rest[_MAX_LINE:]

    def close(self) -> None:
        """Pass on the rest, a line without end included, and close."""
        self.drain()
        self._stop()

    def _stop(self) -> None:
        if self._read_end >= 0:
            asyncio.get_running_loop().remove_reader(self._read_end)
            with contextlib.suppress(OSError):
                os.close(self._read_end)
            self._read_end = -1
        if self._rest:
            self._pass_on(self._rest)
            self._rest = b""

    def _pass_on(self, line: bytes) -> None:
        if line:
            self._line(line.decode("utf-8", "replace"))
