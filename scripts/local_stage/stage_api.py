"""The stage's own API on the control plane's port, and SageMaker's runtime on the same port.

GET    /_stage/health        where the stage listens and what it runs
GET    /_stage/code/SHA256   the zip of a function, as GetFunction's Code.Location
GET, PUT, DELETE /_stage/faults   faults to inject: `faults.py`
"""

import asyncio
import json
from collections.abc import Callable

from multidict import CIMultiDict

from scripts.local_stage.faults import Faults
from scripts.local_stage.front import Front, Handler, Reply, Request, in_loop
from scripts.local_stage.lambda_runtime.code import find_code
from scripts.local_stage.sagemaker_runtime import SageMakerPlane, replies
from scripts.local_stage.sagemaker_runtime.routes import Judge


def add_stage_api(front: Front, faults: Faults, health: Callable[[], dict[str, object]]) -> None:
    """Add the routes below `/_stage/`."""

    def show_faults(_: Request) -> Reply:
        return Reply.json(200, faults.describe())

    def set_faults(request: Request) -> Reply:
        try:
            faults.set(json.loads(request.body))
        except ValueError as error:
            return Reply.json(400, {"message": str(error)})
        return Reply.json(200, faults.describe())

    def clear_faults(_: Request) -> Reply:
        faults.clear()
        return Reply(204)

    front.route("GET", "/_stage/health", lambda _: Reply.json(200, health()))
    front.route("GET", "/_stage/code/([0-9a-f]{64})", _code)
    front.route("GET", "/_stage/faults", show_faults)
    front.route("PUT", "/_stage/faults", set_faults)
    front.route("DELETE", "/_stage/faults", clear_faults)


def _code(request: Request) -> Reply:
    code = find_code(request.parameters[0])
    if code is None:
        return Reply.json(404, {"message": "no function has code of this digest"})
    return Reply(200, code, {"Content-Type": "application/zip"})


def endpoint_route(
    plane: SageMakerPlane, loop: asyncio.AbstractEventLoop, judge: Judge
) -> tuple[str, Handler]:
    """Path and handler of InvokeEndpoint, for clients that know only AWS_ENDPOINT_URL."""

    def handle(request: Request) -> Reply:
        (name,), headers = request.parameters, CIMultiDict(request.headers)
        reply = judge(name, headers, request.query) or in_loop(
            loop, plane.invoke_endpoint(name, request.body, headers)
        )
        if reply.broken_at is None:
            return Reply(reply.status, reply.body, reply.headers)
        # a WSGI server can't cut the connection: a body that is shorter than announced looks the same
        announced = {"Content-Length": str(len(reply.body) + 1), "Connection": "close"}
        return Reply(reply.status, reply.body[: max(0, reply.broken_at)], {**reply.headers, **announced})

    return r"/endpoints/([^/]+)/invocations", handle


ASYNC_PATH = r"/endpoints/([^/]+)/async-invocations"


def refuse_async_invocation(request: Request) -> Reply:
    """Answer InvokeEndpointAsync: there is no queue here."""
    reply = replies.no_queue(request.parameters[0])
    return Reply(reply.status, reply.body, reply.headers)
