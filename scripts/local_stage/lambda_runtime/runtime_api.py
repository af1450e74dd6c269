"""The Runtime API of one sandbox: what the runtime client inside it talks to.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
Each sandbox has a port of its own: the runtime client knows only host and port, so the port tells them apart.
"""

import asyncio
import contextlib
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from scripts.local_stage.lambda_runtime.failures import (
    MAX_RESPONSE_BYTES,
    FunctionError,
    HandlerError,
    InitError,
    ResponseTooLargeError,
)

_PREFIX = "/2018-06-01/runtime/"
_NEXT = f"{_PREFIX}invocation/next"
_INIT_ERROR = f"{_PREFIX}init/error"
_ERROR_TYPE = "Lambda-Runtime-Function-Error-Type"
_READ_LIMIT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Invocation:
    """One event on its way to a handler."""

    request_id: str
    event: bytes
    headers: dict[str, str]
    """Lambda-Runtime-… headers of the answer to `next`."""


class RuntimeApi:
    """Hands out invocations one at a time and takes what became of them."""

    def __init__(
        self,
        ready: Callable[[], None],
        result: Callable[[str, bytes | FunctionError], None],
    ) -> None:
        """`ready` is called at each `next`; `result` gets a request id (empty: init) and its end."""
        self._ready = ready
        self._result = result
        self._invocations: asyncio.Queue[Invocation | None] = asyncio.Queue(1)
        self._web = web.Server(self._handle, access_log=None)
        self._server: asyncio.Server | None = None

    async def listen(self) -> str:
        """Start on a free loopback port; `host:port`."""
        # apart, so that a cancelled start leaves a server that `close` knows
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._web, "127.0.0.1", 0, start_serving=False)
        await self._server.start_serving()
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"{host}:{port}"

    def send(self, invocation: Invocation) -> None:
        """Give the runtime client its next event."""
        self._invocations.put_nowait(invocation)

    async def close(self) -> None:
        """Stop listening and drop the connection; whoever waits for an event gets none."""
        with contextlib.suppress(asyncio.QueueFull):
            self._invocations.put_nowait(None)
        if self._server is not None:
            self._server.close()
        await self._web.shutdown(0)

    async def _handle(self, request: web.BaseRequest) -> web.Response:
        path = request.rel_url.raw_path
        if path == _NEXT:
            self._ready()
            invocation = await self._invocations.get()
            if invocation is None:
                return web.Response(status=410)
            return web.Response(
                body=invocation.event, headers=invocation.headers, content_type="application/json"
            )
        if not path.startswith(_PREFIX):
            return web.Response(status=404)
        body = await _read(request)
        if path == _INIT_ERROR:
            self._result("", InitError(body, request.headers.get(_ERROR_TYPE, "Runtime.Unknown")))
        else:
            _, request_id, what = path.removeprefix(_PREFIX).split("/")
            if what == "error":
                kind = request.headers.get(_ERROR_TYPE, "Unhandled")
                self._result(request_id, HandlerError(body, kind))
            else:
                self._result(request_id, body if len(body) <= MAX_RESPONSE_BYTES else ResponseTooLargeError())
        return web.Response(status=202, body=b'{"status":"OK"}', content_type="application/json")


async def _read(request: web.BaseRequest) -> bytes:
    """The body, past aiohttp's own limit of 1 MB; cut off far above Lambda's."""
    body = bytearray()
    async for chunk in request.content.iter_any():
        if len(body) <= _READ_LIMIT:
            body += chunk
    return bytes(body)
