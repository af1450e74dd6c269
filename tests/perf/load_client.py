"""Sends one request over and over on some connections and times each answer.

A process of its own, so that its work is counted apart; written on asyncio's protocols, because a client
library takes longer for a request than the gateway that it is to measure.
Standard input: a JSON object, the arguments of `send_all`. Standard output: another, an `Outcome`.
"""

import asyncio
import json
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from time import perf_counter, process_time
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Outcome:
    """What came of a run; a status of 0 is a connection that broke."""

    seconds: float
    processor_seconds: float
    """Of this client."""
    statuses: Mapping[str, int]
    latencies_ms: list[float]
    """Of answers with status 2xx, sorted."""


class Run:
    """The requests that are left, and what came of those that were sent."""

    def __init__(self, requests: int, seconds: float) -> None:
        self.latencies_ms: list[float] = []
        self.statuses: Counter[int] = Counter()
        self._left = requests
        self._ends = perf_counter() + seconds

    def take(self) -> bool:
        """Take one of the requests; False when none is left or the time is up."""
        self._left -= 1
        return self._left >= 0 and perf_counter() < self._ends

    def answered(self, status: int, seconds: float) -> None:
        """Note one answer."""
        self.statuses[status] += 1
        if 200 <= status < 300:
            self.latencies_ms.append(seconds * 1000)


class Connection(asyncio.Protocol):
    """One client: sends, waits for the whole answer, sends again."""

    def __init__(self, message: bytes, run: Run) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._message = message
        self._run = run
        self._received = b""
        self._began = 0.0
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._send()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        if end and len(body) >= _content_length(head):
            self._received = b""
            self._run.answered(int(head[9:12]), perf_counter() - self._began)
            self._send()

    def connection_lost(self, _: Exception | None) -> None:
        if not self.done.done():
            self._run.answered(0, 0.0)
            self.done.set_result(None)

    def _send(self) -> None:
        assert self._transport is not None
        if not self._run.take():
            self.done.set_result(None)
            self._transport.close()
            return
        self._began = perf_counter()
        self._transport.write(self._message)


def _content_length(head: bytes) -> int:
    """The length that the head states; 0 where it states none, as a 204 does."""
    _, found, rest = head.lower().partition(b"\r\ncontent-length:")
    return int(rest.split(b"\r\n", 1)[0]) if found else 0


def make_message(method: str, url: str, headers: Mapping[str, str], body: bytes) -> bytes:
    """The bytes of one request."""
    address = urlsplit(url)
    lines = [f"{method} {address.path} HTTP/1.1", f"Host: {address.netloc}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def send_all(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: str,
    connections: int,
    requests: int,
    seconds: float,
) -> Outcome:
    """Send until all requests are answered or `seconds` are over."""
    address = urlsplit(url)
    host, port = str(address.hostname), address.port or 80
    message, run = make_message(method, url, headers, body.encode()), Run(requests, seconds)
    began, worked = perf_counter(), process_time()
    loop = asyncio.get_running_loop()
    made = [
        await loop.create_connection(lambda: Connection(message, run), host, port) for _ in range(connections)
    ]
    await asyncio.gather(*(connection.done for _, connection in made))
    took, used = perf_counter() - began, process_time() - worked
    statuses = {str(status): count for status, count in sorted(run.statuses.items())}
    return Outcome(took, used, statuses, sorted(run.latencies_ms))


if __name__ == "__main__":
    print(json.dumps(asdict(asyncio.run(send_all(**json.load(sys.stdin))))))
