"""The HTTP side of a container: GET /ping, POST /invocations on $SAGEMAKER_BIND_TO_PORT.

Source: https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web

BODY_LIMIT = 6 * 1024**2
"""The prebuilt containers' MAX_CONTENT_LENGTH."""
IDLE_CONNECTION_SECONDS = 3600.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What a container says to one request."""

    status: int
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"


Invoke = Callable[[bytes, Mapping[str, str]], Answer]
"""(body, headers that don't regard case) → answer"""


def model_folder() -> Path:
    """Return the folder of the unpacked model.tar.gz."""
    return Path(os.environ.get("SM_MODEL_DIR", "/opt/ml/model"))


def serve(invoke: Invoke) -> None:
    """Serve until SIGTERM; one request at a time, as `invoke` computes."""
    asyncio.run(_serve(invoke, int(os.environ.get("SAGEMAKER_BIND_TO_PORT", "8080"))))


async def _serve(invoke: Invoke, port: int) -> None:
    async def handle(request: web.BaseRequest) -> web.Response:
        answer = await _answer(invoke, request)
        return web.Response(
            status=answer.status, body=answer.body, headers={"Content-Type": answer.content_type}
        )

    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    server = web.Server(handle, access_log=None, keepalive_timeout=IDLE_CONNECTION_SECONDS)
    runner = web.ServerRunner(server, handle_signals=False)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await stopped.wait()
    await runner.cleanup()


async def _answer(invoke: Invoke, request: web.BaseRequest) -> Answer:
    if request.path == "/ping":
        return Answer(200) if request.method in ("GET", "HEAD") else Answer(405)
    if request.path != "/invocations":
        return Answer(404)
    if request.method != "POST":
        return Answer(405)
    if (request.content_length or 0) > BODY_LIMIT:
        return Answer(413, b"Request Entity Too Large")
    body = await request.content.read()
    return (
        Answer(413, b"Request Entity Too Large") if len(body) > BODY_LIMIT else invoke(body, request.headers)
    )
