"""The HTTP side of a container: GET /ping, POST /invocations on $SAGEMAKER_BIND_TO_PORT.

A multi-model container ($SAGEMAKER_MULTI_MODEL) has /models instead of /invocations: `many_models.py`.
Source: https://docs.aws.amazon.com/sagemaker/latest/dg/your-algorithms-inference-code.html
"""

from __future__ import annotations

import asyncio
import functools
import os
import signal
from collections.abc import Mapping
from pathlib import Path

from aiohttp import web

from scripts.local_stage.serving.answers import Answer, AnswerPath, Invoke, Load
from scripts.local_stage.serving.many_models import ManyModels

BODY_LIMIT = 6 * 1024**2
"""The prebuilt containers' MAX_CONTENT_LENGTH."""
IDLE_CONNECTION_SECONDS = 3600.0


def model_folder() -> Path:
    """Return the folder of the unpacked model.tar.gz."""
    return Path(os.environ.get("SM_MODEL_DIR", "/opt/ml/model"))


def serve(load: Load) -> None:
    """Serve until SIGTERM; one request at a time, as models compute."""
    if os.environ.get("SAGEMAKER_MULTI_MODEL") == "true":
        answer = ManyModels(load).answer
    else:
        answer = functools.partial(_answer_for_one, load(model_folder()))
    asyncio.run(_serve(answer, int(os.environ.get("SAGEMAKER_BIND_TO_PORT", "8080"))))


async def _serve(answer_path: AnswerPath, port: int) -> None:
    async def handle(request: web.BaseRequest) -> web.Response:
        answer = await _answer(answer_path, request)
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


async def _answer(answer_path: AnswerPath, request: web.BaseRequest) -> Answer:
    if request.path == "/ping":
        return Answer(200) if request.method in ("GET", "HEAD") else Answer(405)
    if (request.content_length or 0) > BODY_LIMIT:
        return Answer(413, b"Request Entity Too Large")
    body = await request.content.read()
    if len(body) > BODY_LIMIT:
        return Answer(413, b"Request Entity Too Large")
    return answer_path(request.method, request.path, body, request.headers)


def _answer_for_one(
    invoke: Invoke, method: str, path: str, body: bytes, headers: Mapping[str, str]
) -> Answer:
    if path != "/invocations":
        return Answer(404)
    return invoke(body, headers) if method == "POST" else Answer(405)
