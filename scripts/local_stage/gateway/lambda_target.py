"""The Lambda function behind an integration: from its URI to the answer, with API Gateway's failures.

| Lambda                                        | client |
|---|---|
| API refuses: throttled, no permission, missing | 500 |
| event over 6 MB                                | 413 |
| slower than the integration's timeout          | 504 |
"""

import asyncio
import re
from collections.abc import Awaitable, Mapping
from typing import Protocol

from scripts.local_stage.gateway.deployed_api import DeployedApi, Integration
from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.refusals import (
    BackendUnavailable,
    BadBody,
    ConfigurationError,
    IntegrationTimeout,
    NotEnforcedHere,
    RequestTooLarge,
)
from scripts.local_stage.lambda_runtime import InvocationSource, InvokeResult, LambdaApiError

_URI = re.compile(
    r"arn:[\w-]+:apigateway:[\w-]+:lambda:path/2015-03-31/functions/"
    r"(?P<function>arn:[\w-]+:lambda:[\w-]+:\d+:function:[\w-]+)(?::(?P<qualifier>[\w$-]+))?/invocations"
)
_STAGE_VARIABLE = re.compile(r"\$\{stageVariables\.(\w+)\}")


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


class LambdaTarget:
    """A function, as an integration names it."""

    def __init__(self, api: DeployedApi, resource_path: str, integration: Integration) -> None:
        """Raises NotEnforcedHere for what is no synchronous call of a function by the gateway itself."""
        if integration.credentials:
            raise NotEnforcedHere(
                reason="integration with credentials: the local stage calls by resource policy only"
            )
        self._uri = integration.uri
        self._timeout = integration.timeout_ms / 1000
        self._account_id = api.account_id
        self._arn = f"arn:aws:execute-api:{api.region}:{api.account_id}:{api.api_id}"
        self._path = re.sub(r"\{[^}]*\}", "*", resource_path)
        self._fixed = None if "${" in integration.uri else parse_invoke_uri(integration.uri, {})

    async def invoke(self, invoke: InvokeLambda, exchange: Exchange, payload: bytes) -> InvokeResult:
        """Call the function as `apigateway.amazonaws.com`; the call outlives a timeout, as on AWS."""
        function, qualifier = self._fixed or parse_invoke_uri(self._uri, exchange.stage.variables)
        source = InvocationSource(
            principal="apigateway.amazonaws.com",
            source_arn=f"{self._arn}/{exchange.stage.name}/{exchange.http_method}{self._path}",
            source_account=self._account_id,
        )
        call = asyncio.ensure_future(invoke(function, payload, qualifier=qualifier, source=source))
        try:
            done, _ = await asyncio.wait({call}, timeout=self._timeout)
        except asyncio.CancelledError:
            _let_go(call)
            raise
        if not done:
            _let_go(call)
            exchange.integration_error = "Execution failed due to a timeout error"
            raise IntegrationTimeout(reason=f"{function} took longer than {self._timeout:g} s")
        try:
            result = call.result()
        except LambdaApiError as error:
            raise _translate(exchange, error) from error
        exchange.integration_status = result.status
        return result


def parse_invoke_uri(uri: str, variables: Mapping[str, str]) -> tuple[str, str | None]:
    """Function ARN and qualifier of an invoke ARN, with the stage's variables put in."""
    match = _URI.fullmatch(_STAGE_VARIABLE.sub(lambda match: variables.get(match[1], ""), uri))
    if match is None:
        raise NotEnforcedHere(reason=f"URI {uri!r} is no Lambda function's invoke ARN")
    return match["function"], match["qualifier"]


def _let_go(call: asyncio.Future[InvokeResult]) -> None:
    call.add_done_callback(lambda done: done.cancelled() or done.exception())


def _translate(exchange: Exchange, error: LambdaApiError) -> Exception:
    exchange.integration_status = error.status
    exchange.integration_error = error.message
    if error.status == 413:
        return RequestTooLarge(reason=str(error))
    if error.error_type == "InvalidRequestContentException":
        return BadBody(error.message, reason=str(error))
    kind = BackendUnavailable if error.status == 429 or error.status >= 500 else ConfigurationError
    return kind(reason=f"Lambda refused the invocation: {error}")
