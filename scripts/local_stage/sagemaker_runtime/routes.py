"""The runtime's HTTP side on the data plane: POST /endpoints/{name}/invocations."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from scripts.local_stage.sagemaker_runtime import replies
from scripts.local_stage.sagemaker_runtime.plane import SageMakerPlane
from scripts.local_stage.sagemaker_runtime.replies import HttpReply

ROUTE = "/endpoints/{name}/invocations"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Judge = Callable[[str, Mapping[str, str], str], HttpReply | None]
"""Endpoint, headers, query string → the refusal, None when the caller may invoke it."""


def anyone(_endpoint: str, _headers: Mapping[str, str], _query: str) -> HttpReply | None:
    """Judge: refuse nobody."""
    return None


def invocation_handler(plane: SageMakerPlane, judge: Judge = anyone) -> Handler:
    """Return the aiohttp handler of ROUTE (POST). Any `client_max_size` of the application will do."""

    async def handle(request: web.Request) -> web.StreamResponse:
        if (request.content_length or 0) > replies.BODY_LIMIT:
            return _respond(replies.body_too_large(replies.BODY_LIMIT))
        body, name = await request.content.read(), request.match_info["name"]
        refusal = judge(name, request.headers, request.query_string)
        reply = refusal or await plane.invoke_endpoint(name, body, request.headers)
        return _respond(reply) if reply.broken_at is None else await _break(request, reply, reply.broken_at)

    return handle


def _respond(reply: HttpReply) -> web.Response:
    return web.Response(status=reply.status, headers=reply.headers, body=reply.body)


async def _break(request: web.Request, reply: HttpReply, at: int) -> web.StreamResponse:
    response = web.StreamResponse(status=reply.status, headers=reply.headers)
    if at >= 0:
        response.content_length = len(reply.body)
        await response.prepare(request)
        await response.write(reply.body[:at])
    if request.transport is not None:
        request.transport.close() if at >= 0 else request.transport.abort()
    return response
