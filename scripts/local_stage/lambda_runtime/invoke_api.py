"""Lambda's Invoke API on the control plane's port: `aws lambda invoke` and boto3 end up here.

Source: https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
Unlike AWS, an event invocation that fails is not tried again.
"""

import asyncio
import base64
import json
import logging
from collections.abc import Callable
from urllib.parse import parse_qs

from scripts.local_stage.front import Reply, Request, in_loop
from scripts.local_stage.lambda_runtime.invocation import InvokeResult, LambdaApiError
from scripts.local_stage.lambda_runtime.plane import LambdaPlane

PATH = r"/2015-03-31/functions/([^/]+)/invocations"
MAX_EVENT_BYTES = 1_048_576
_TYPES = ("RequestResponse", "Event", "DryRun")


class InvokeApi:
    """Answers `POST /2015-03-31/functions/{name}/invocations`."""

    def __init__(self, plane: LambdaPlane, loop: asyncio.AbstractEventLoop) -> None:
        self._plane = plane
        self._loop = loop
        self._events: set[asyncio.Task[InvokeResult]] = set()

    def handle(self, request: Request) -> Reply:
        """Answer one request; called in a thread of the control plane."""
        try:
            return self._invoke(request)
        except LambdaApiError as error:
            return refusal(error)

    def _invoke(self, request: Request) -> Reply:
        function = request.parameters[0]
        qualifier = parse_qs(request.query).get("Qualifier", [None])[0]
        kind = request.headers.get("x-amz-invocation-type", "RequestResponse")
        if kind not in _TYPES:
            raise LambdaApiError(400, "InvalidParameterValueException", f"Unknown invocation type {kind!r}")
        if kind == "DryRun":
            self._plane.find(function, qualifier)
            return Reply(204)
        payload = request.body or b"{}"
        _check_json(payload)

        def start() -> "asyncio.Task[InvokeResult]":
            return asyncio.create_task(
                self._plane.invoke(
                    function,
                    payload,
                    qualifier=qualifier,
                    client_context=request.headers.get("x-amz-client-context"),
                    trace=request.headers.get("x-amzn-trace-id"),
                )
            )

        if kind == "Event":
            self._plane.find(function, qualifier)
            if len(payload) > MAX_EVENT_BYTES:
                text = f"{len(payload)} byte payload is too large for the Event invocation type"
                raise LambdaApiError(
                    413, "RequestTooLargeException", f"{text} (limit {MAX_EVENT_BYTES} bytes)"
                )
            self._loop.call_soon_threadsafe(self._begin_event, start)
            return Reply(202)
        wants_log = request.headers.get("x-amz-log-type") == "Tail"
        return _reply(in_loop(self._loop, _wait(start)), wants_log)

    def _begin_event(self, start: "Callable[[], asyncio.Task[InvokeResult]]") -> None:
        task = start()
        self._events.add(task)
        task.add_done_callback(self._end_event)

    def _end_event(self, task: "asyncio.Task[InvokeResult]") -> None:
        self._events.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logging.getLogger(__name__).warning("an event invocation was refused: %s", task.exception())


async def _wait(start: "Callable[[], asyncio.Task[InvokeResult]]") -> InvokeResult:
    return await start()


def _check_json(payload: bytes) -> None:
    try:
        json.loads(payload)
    except ValueError as error:
        text = f"Could not parse request body into json: {error}"
        raise LambdaApiError(400, "InvalidRequestContentException", text) from error


def _reply(result: InvokeResult, wants_log: bool) -> Reply:
    headers = {"Content-Type": "application/json", "X-Amz-Executed-Version": result.executed_version}
    if result.function_error is not None:
        headers["X-Amz-Function-Error"] = result.function_error
    if wants_log:
        headers["X-Amz-Log-Result"] = base64.b64encode(result.log_tail.encode()).decode()
    return Reply(result.status, result.payload, headers)


def refusal(error: LambdaApiError) -> Reply:
    """The API's answer to a call it refuses."""
    document = {"Type": "User", "message": error.message, "Message": error.message}
    if error.reason is not None:
        document["Reason"] = error.reason
    return Reply.json(error.status, document, x_amzn_ErrorType=error.error_type)
