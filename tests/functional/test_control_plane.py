"""The control plane's server on the wire."""

import socket
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from scripts.local_stage.control_plane import ControlPlane

pytestmark = pytest.mark.functional


def echo(environ: dict[str, Any], start_response: Any) -> list[bytes]:
    """Answer with the request's body."""
    body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


@pytest.fixture(scope="module")
def connection() -> Iterator[socket.socket]:
    plane = ControlPlane(echo)
    plane.start()
    try:
        with socket.create_connection(("127.0.0.1", urlsplit(plane.url).port or 0), timeout=10) as made:
            yield made
    finally:
        plane.stop()


def test_go_on_is_said_at_once_and_header_and_body_come_in_one_piece(connection: socket.socket) -> None:
    """Go's SDK may close the connection between the two; botocore waits a second to be told to go on."""
    head = "POST / HTTP/1.1\r\nHost: stage\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n"
    connection.sendall(head.encode())
    assert connection.recv(1 << 16) == b"HTTP/1.1 100 Continue\r\n\r\n"
    connection.sendall(b"hello")
    answer = connection.recv(1 << 16)
    assert answer.rpartition(b"\r\n\r\n")[2] == b"hello"
