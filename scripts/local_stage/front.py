"""What stands in front of moto: invocations go to the data plane, `/_stage/…` is ours, the rest is moto's."""

import asyncio
import json
import re
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, TypeVar

from scripts.local_stage.control_plane import Wsgi

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Request:
    """A request to the control plane's port. Header names are lower-case."""

    method: str
    path: str
    parameters: tuple[str, ...]
    """Groups of the route's path."""
    query: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer of one of our own routes."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def json(cls, status: int, document: Any, **headers: str) -> "Reply":
        """A JSON document; underscores in header names stand for hyphens."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        return cls(status, json.dumps(document).encode(), {"Content-Type": "application/json", **names})


Handler = Callable[[Request], Reply]


def signed(handler: Handler) -> Handler:
    """Refuse what isn't signed, as AWS's APIs do; whose signature it is, the stage does not ask."""

    def handle(request: Request) -> Reply:
        if "authorization" in request.headers or "X-Amz-Signature" in request.query:
            return handler(request)
        refusal = {"message": "Missing Authentication Token"}
        return Reply.json(403, refusal, x_amzn_ErrorType="MissingAuthenticationTokenException")

    return handle


class Front:
    """A WSGI application: our routes first, moto for everything else."""

    def __init__(self, moto: Wsgi) -> None:
        self._moto = moto
        self._routes: list[tuple[str, re.Pattern[str], Handler]] = []

    def route(self, method: str, path: str, handler: Handler) -> None:
        """Answer `method` on paths that match the regular expression `path` with `handler`."""
        self._routes.append((method, re.compile(path), handler))

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer one WSGI request."""
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "")
        for allowed, pattern, handler in self._routes:
            match = pattern.fullmatch(path)
            if match and allowed == method:
                reply = handler(_read(environ, match.groups()))
                return _answer(reply, start_response)
        return self._moto(environ, start_response)


def _read(environ: dict[str, Any], parameters: tuple[str, ...]) -> Request:
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    if environ.get("CONTENT_TYPE"):
        headers["content-type"] = environ["CONTENT_TYPE"]
    stream = environ["wsgi.input"]
    length = environ.get("CONTENT_LENGTH")
    body = (
        stream.read(int(length)) if length else stream.read() if environ.get("wsgi.input_terminated") else b""
    )
    return Request(
        method=environ["REQUEST_METHOD"],
        path=environ["PATH_INFO"],
        parameters=parameters,
        query=environ.get("QUERY_STRING", ""),
        headers=headers,
        body=body,
    )


def _answer(reply: Reply, start_response: Any) -> list[bytes]:
    phrase = HTTPStatus(reply.status).phrase if reply.status in set(HTTPStatus) else "Unknown"
    headers = {"Content-Length": str(len(reply.body)), **reply.headers}
    start_response(f"{reply.status} {phrase}", list(headers.items()))
    return [reply.body]


def in_loop(loop: asyncio.AbstractEventLoop, work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine of the data plane from a thread of the control plane and wait for it."""
    return asyncio.run_coroutine_threadsafe(work, loop).result()
