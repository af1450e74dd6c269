"""SageMaker's runtime on loopback: a real HTTP server that answers, and breaks, as a test tells it."""

import json
import socket
import struct
import threading
from collections import deque
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

ENDPOINT = "bike-rental-canary-3f9a"
ACCOUNT = "210987654321"


class Received(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes


Behaviour = Callable[["_Exchange", Received], None]


class LoopbackModel:
    """Answers calls in the order of `will`; an unexpected call is refused and kept for the test to see."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.unexpected = 0
        self.released = threading.Event()
        self._behaviours: deque[Behaviour] = deque()
        self._always: Behaviour | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _Exchange)
        self._server.daemon_threads = True
        self._server.model = self  # type: ignore[attr-defined]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> "LoopbackModel":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def will(self, *behaviours: Behaviour) -> None:
        self._behaviours.extend(behaviours)

    def always(self, behaviour: Behaviour) -> None:
        self._always = behaviour

    def next_behaviour(self, received: Received) -> Behaviour:
        self.received.append(received)
        if self._behaviours:
            return self._behaviours.popleft()
        if self._always is not None:
            return self._always
        self.unexpected += 1
        return refusal(500, "UnexpectedCall")


class _Exchange(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        received = Received(self.path, headers, body)
        self.model.next_behaviour(received)(self, received)

    @property
    def model(self) -> LoopbackModel:
        return self.server.model  # type: ignore[attr-defined,no-any-return]

    def log_message(self, *_: Any) -> None:
        """Keep the test's output clean."""

    def send(
        self, status: int, headers: Mapping[str, str], body: bytes, *, length: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)


def reply(body: bytes, content_type: str = "text/csv; charset=utf-8", status: int = 200) -> Behaviour:
    headers = {"Content-Type": content_type, "x-Amzn-Invoked-Production-Variant": "blue"}
    return lambda exchange, _: exchange.send(status, headers, body)


def one_score_a_row(score: float = 6.349314, separator: str = "\n", end: str = "\n") -> Behaviour:
    """As the XGBoost images answer."""

    def behave(exchange: _Exchange, received: Received) -> None:
        rows = received.body.count(b"\n") + 1
        body = (separator.join([repr(score)] * rows) + end).encode()
        reply(body)(exchange, received)

    return behave


def refusal(status: int, error_type: str, message: str = "", **members: Any) -> Behaviour:
    """As SageMaker refuses: the type in a header, the message in the body."""
    headers = {"Content-Type": "application/json", "x-amzn-ErrorType": error_type}
    body = json.dumps({"Message": message, **members}).encode()
    return lambda exchange, _: exchange.send(status, headers, body)


def endpoint_missing() -> Behaviour:
    return refusal(400, "ValidationError", f"Endpoint {ENDPOINT} of account {ACCOUNT} not found.")


def model_error(original_status: int, original_message: str = "internal") -> Behaviour:
    return refusal(
        424,
        "ModelError",
        f'Received error ({original_status}) from primary with message "{original_message}". See https://x/{ENDPOINT}',
        OriginalStatusCode=original_status,
        OriginalMessage=original_message,
        LogStreamArn=f"arn:aws:logs:eu-west-1:{ACCOUNT}:log-group:/aws/sagemaker/Endpoints/{ENDPOINT}",
    )


def reset(exchange: _Exchange, _: Received) -> None:
    """Close with RST, as a dying proxy does."""
    exchange.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.close_connection = True
    exchange.connection.close()


def truncated(body: bytes = b"6.3493") -> Behaviour:
    """Promise more bytes than come."""

    def behave(exchange: _Exchange, _: Received) -> None:
        exchange.send(200, {"Content-Type": "text/csv"}, body, length=len(body) + 100)
        exchange.close_connection = True

    return behave


def broken_chunks(exchange: _Exchange, _: Received) -> None:
    """A chunked reply that ends inside a chunk."""
    exchange.send_response(200)
    exchange.send_header("Content-Type", "text/csv")
    exchange.send_header("Transfer-Encoding", "chunked")
    exchange.end_headers()
    exchange.wfile.write(b"10\r\n6.3493")
    exchange.close_connection = True


def hang(exchange: _Exchange, _: Received) -> None:
    """Say nothing until the test is over."""
    exchange.model.released.wait(30)
    exchange.close_connection = True


def not_http(exchange: _Exchange, _: Received) -> None:
    exchange.wfile.write(b"6.349314\n")
    exchange.close_connection = True
