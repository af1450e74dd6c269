"""The gateway's HTTP side: from an aiohttp request to an answer.

The order of the checks is AWS's: stage, web ACL, size, route, authorization, API key and limits, validation,
backend.
"""

import logging
import time
from collections.abc import Callable
from weakref import WeakKeyDictionary

from aiohttp import web

from scripts.local_stage.gateway.access_log import WriteLog, write_access_log
from scripts.local_stage.gateway.admission import Admission
from scripts.local_stage.gateway.answer import Answer
from scripts.local_stage.gateway.authorization import Services
from scripts.local_stage.gateway.callers import Identities
from scripts.local_stage.gateway.compiled_api import CompiledApi
from scripts.local_stage.gateway.custom_domains import Address
from scripts.local_stage.gateway.deployed_api import DeployedApi
from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.gateway_responses import answer_refusal
from scripts.local_stage.gateway.lambda_target import InvokeLambda
from scripts.local_stage.gateway.live_stage import LiveStage, MotoStages
from scripts.local_stage.gateway.media_types import MAXIMUM_BODY, compress, decompress
from scripts.local_stage.gateway.refusals import (
    ConfigurationError,
    Refusal,
    RequestTooLarge,
    StageNotFound,
    UnknownRoute,
)
from scripts.local_stage.gateway.waf import Firewall

_log = logging.getLogger(__name__)


class Gateway:
    """Serves `/{api_id}/{stage}/…`, or `/{stage}/…` when Host is `{api_id}.execute-api.…`."""

    def __init__(
        self,
        stages: MotoStages,
        identities: Identities,
        invoke_lambda: InvokeLambda,
        log: WriteLog,
        clock: Callable[[], float] = time.time,
        measure: Callable[[Exchange], None] | None = None,
    ) -> None:
        """`stages` is `MotoStages(apigateway_backends[account][region])`, `clock` epoch seconds.

        `measure` is told of every exchange that a stage has answered.
        """
        self._stages = stages
        self._services = Services(invoke_lambda, identities, clock)
        self._invoke_lambda = invoke_lambda
        self._log = log
        self._clock = clock
        self._measure = measure
        self._admission = Admission()
        self._firewall = Firewall(stages.web_acls)
        self._said: set[tuple[str, ...]] = set()
        self._compiled: WeakKeyDictionary[DeployedApi, CompiledApi] = WeakKeyDictionary()

    def application(self) -> web.Application:
        """An application of its own that serves nothing but stages."""
        application = web.Application(handler_args={"auto_decompress": False, "access_log": None})
        application.router.add_route("*", "/{path:.*}", self.handle)
        return application

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Answer one request; also usable as a catch-all route of a larger application.

        A larger application's runner needs `auto_decompress=False`: API Gateway hands bodies on as they came.
        """
        target, _, query = request.raw_path.partition("?")
        address = self._stages.find_domain(request.host, target)
        found = address or _split_target(request.host, target)
        stage = self._stages.find(found.api_id, found.stage_name, by_domain=address is not None)
        exchange = Exchange(
            request.method, found.path, query, _headers(request), request.remote or "", self._clock()
        )
        exchange.target = target
        exchange.base_path = None if address is None else address.base_path
        exchange.protocol = f"HTTP/{request.version.major}.{request.version.minor}"
        if stage is None:
            return _send(exchange, _no_stage())
        exchange.stage = stage
        if unenforced := stage.unenforced + found.unenforced + self._firewall.unenforced(stage.web_acl_arn):
            self._say_once(stage, unenforced)
        answer = await self._answer(request, exchange, self._compile(stage.deployed))
        exchange.status = answer.status
        exchange.response_length = len(answer.body)
        exchange.ended = self._clock()
        write_access_log(self._log, exchange)
        if self._measure is not None:
            self._measure(exchange)
        return _send(exchange, answer)

    async def _answer(self, request: web.Request, exchange: Exchange, compiled: CompiledApi) -> Answer:
        try:
            self._firewall.check(exchange, self._clock())
            exchange.body = await _read_body(request, exchange, compiled.api)
            answer = await self._serve(exchange, compiled)
        except Refusal as refusal:
            _report(exchange, refusal)
            return answer_refusal(compiled.api, exchange, refusal)
        except Exception as error:
            _log.exception("%s %s failed in the gateway itself", exchange.http_method, exchange.path)
            return answer_refusal(compiled.api, exchange, ConfigurationError(reason=repr(error)))
        _compress(compiled.api, exchange, answer)
        return answer

    async def _serve(self, exchange: Exchange, compiled: CompiledApi) -> Answer:
        found = compiled.find(exchange.http_method, exchange.raw_path)
        if found is None:
            raise UnknownRoute
        method, exchange.path_parameters = found
        exchange.resource, exchange.method = method.resource, method.method
        if method.refusal is not None or method.backend is None or method.validator is None:
            raise method.refusal or ConfigurationError
        if method.guard is not None:
            await method.guard.authorize(exchange, self._services)
        self._admission.admit(exchange, method, self._clock())
        method.validator.check(exchange)
        exchange.integration_started = self._clock()
        try:
            return await method.backend.call(self._invoke_lambda, exchange)
        finally:
            exchange.integration_ended = self._clock()

    def _say_once(self, stage: LiveStage, unenforced: tuple[str, ...]) -> None:
        name = (stage.api_id, stage.name, *unenforced)
        if name not in self._said:
            self._said.add(name)
            _log.warning("stage %s: not enforced here: %s", stage.name, "; ".join(unenforced))

    def _compile(self, api: DeployedApi) -> CompiledApi:
        compiled = self._compiled.get(api)
        if compiled is None:
            compiled = self._compiled[api] = CompiledApi(api)
        return compiled


def _split_target(host: str, target: str) -> Address:
    """API id, stage and path without the stage (`/` at least), as sent."""
    prefix, marker, _ = host.partition(".execute-api.")
    parts = target.lstrip("/").split("/", 1 if marker else 2)
    api_id = prefix if marker else parts.pop(0)
    stage_name = parts[0] if parts else ""
    return Address(api_id, stage_name, "", "/" + (parts[1] if len(parts) > 1 else ""))


def _headers(request: web.Request) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("utf-8", "replace")) for name, value in request.raw_headers]


async def _read_body(request: web.Request, exchange: Exchange, api: DeployedApi) -> bytes:
    if (request.content_length or 0) > MAXIMUM_BODY:
        raise RequestTooLarge
    if not request.body_exists:
        return b""
    chunks, size = [], 0
    async for chunk in request.content.iter_any():
        chunks.append(chunk)
        size += len(chunk)
        if size > MAXIMUM_BODY:
            raise RequestTooLarge
    body = exchange.sent_body = b"".join(chunks)
    encoding = exchange.lowered.get("content-encoding", "").lower()
    if encoding and encoding != "identity" and api.minimum_compression_size is not None:
        return decompress(body, encoding)
    return body


def _compress(api: DeployedApi, exchange: Exchange, answer: Answer) -> None:
    minimum = api.minimum_compression_size
    if minimum is None or len(answer.body) < minimum or not answer.body:
        return
    if answer.header("content-encoding") is None:
        answer.body, encoding = compress(answer.body, exchange.lowered.get("accept-encoding", ""))
        if encoding:
            answer.set_header("Content-Encoding", encoding)


def _no_stage() -> Answer:
    headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", StageNotFound.error_type)]
    return Answer(StageNotFound.status, headers, b'{"message":"Forbidden"}')


def _report(exchange: Exchange, refusal: Refusal) -> None:
    if refusal.status >= 500:
        _log.error("%s %s → %d: %s", exchange.http_method, exchange.path, refusal.status, refusal.reason)


def _send(exchange: Exchange, answer: Answer) -> web.Response:
    response = web.Response(status=answer.status, body=answer.body)
    for name, value in answer.headers:
        response.headers.add(name, value)
    response.headers["x-amzn-RequestId"] = exchange.request_id
    response.headers["x-amz-apigw-id"] = exchange.extended_request_id
    if exchange.integration_started is not None:
        response.headers["X-Amzn-Trace-Id"] = exchange.trace_id
    return response
