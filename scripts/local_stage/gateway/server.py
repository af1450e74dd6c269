"""The gateway's HTTP side: from an aiohttp request to an answer."""

import time
from collections.abc import Awaitable, Callable
from typing import Protocol

from aiohttp import web

from scripts.local_stage.gateway.live_stage import LiveStage
from scripts.local_stage.lambda_runtime import InvocationSource, InvokeResult


class InvokeLambda(Protocol):
    """`LambdaPlane.invoke`."""

    def __call__(
        self,
        function: str,
        payload: bytes,
        *,
        qualifier: str | None = None,
        source: InvocationSource | None = None,
    ) -> Awaitable[InvokeResult]:
        """Run the function; raises LambdaApiError when the API refuses."""


class WriteLog(Protocol):
    """`LogWriter`."""

    def write(self, group: str, stream: str, message: str, timestamp_ms: int) -> None:
        """Queue one log event."""


class Gateway:
    """Serves `/{api_id}/{stage}/…`, or `/{stage}/…` when Host is `{api_id}.execute-api.…`."""

    def __init__(
        self,
        find_stage: Callable[[str, str], LiveStage | None],
        invoke_lambda: InvokeLambda,
        log: WriteLog,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`find_stage` is `MotoStages(apigateway_backends[account][region]).find`; `clock` is in epoch seconds."""
        self._find_stage = find_stage
        self._invoke_lambda = invoke_lambda
        self._log = log
        self._clock = clock

    def application(self) -> web.Application:
        """An application of its own that serves nothing but stages."""
        application = web.Application(handler_args={"auto_decompress": False, "access_log": None})
        application.router.add_route("*", "/{path:.*}", self.handle)
        return application

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request; also usable as a catch-all route of a larger application.

        A larger application's runner needs `auto_decompress=False`: API Gateway hands bodies on as they came.
        """
        raise NotImplementedError
