"""The integrations a method may have, by type: what turns a request into an answer."""

from collections.abc import Callable
from typing import Protocol

from scripts.local_stage.gateway.answer import Answer
from scripts.local_stage.gateway.custom_integration import (
    RequestMapping,
    ResponseMapping,
    error_message,
    mock_status,
)
from scripts.local_stage.gateway.deployed_api import DeployedApi, Integration
from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.lambda_proxy import encode_event, read_answer
from scripts.local_stage.gateway.lambda_target import InvokeLambda, LambdaTarget
from scripts.local_stage.gateway.media_types import is_binary
from scripts.local_stage.gateway.refusals import NotEnforcedHere


class Backend(Protocol):
    """A compiled integration."""

    async def call(self, invoke: InvokeLambda, exchange: Exchange) -> Answer:
        """Answer the request, or raise a Refusal."""


class LambdaProxy:
    """AWS_PROXY."""

    def __init__(self, api: DeployedApi, resource_path: str, integration: Integration) -> None:
        self._api = api
        self._target = LambdaTarget(api, resource_path, integration)

    async def call(self, invoke: InvokeLambda, exchange: Exchange) -> Answer:
        """Event in, proxy response out."""
        result = await self._target.invoke(invoke, exchange, encode_event(self._api, exchange))
        return read_answer(self._api, exchange, result)


class LambdaCustom:
    """AWS with a Lambda function: templates on both sides."""

    def __init__(self, api: DeployedApi, resource_path: str, integration: Integration) -> None:
        self._api = api
        self._target = LambdaTarget(api, resource_path, integration)
        self._request = RequestMapping(integration)
        self._response = ResponseMapping(integration)

    async def call(self, invoke: InvokeLambda, exchange: Exchange) -> Answer:
        """The mapped body in, the mapped result out."""
        if is_binary(exchange.content_type, self._api.binary_media_types):
            raise NotEnforcedHere(reason="binary media types with a non-proxy integration")
        payload = self._request.apply(exchange, exchange.body.decode("utf-8", "replace")) or "{}"
        result = await self._target.invoke(invoke, exchange, payload.encode())
        selector = error_message(result.payload) if result.function_error else ""
        if result.function_error:
            exchange.integration_error = selector
        return self._response.apply(exchange, result.payload.decode("utf-8", "replace"), selector)


class Mock:
    """MOCK: the request template names the status, the integration response does the rest."""

    def __init__(self, _: DeployedApi, __: str, integration: Integration) -> None:
        self._request = RequestMapping(integration)
        self._response = ResponseMapping(integration)

    async def call(self, _: InvokeLambda, exchange: Exchange) -> Answer:
        """Answer without a backend."""
        status = mock_status(self._request.apply(exchange, exchange.body.decode("utf-8", "replace")))
        return self._response.apply(exchange, "", status)


_TYPES: dict[str, Callable[[DeployedApi, str, Integration], Backend]] = {
    "AWS_PROXY": LambdaProxy,
    "AWS": LambdaCustom,
    "MOCK": Mock,
}


def compile_integration(api: DeployedApi, resource_path: str, integration: Integration | None) -> Backend:
    """The backend of a method; NotEnforcedHere for HTTP, HTTP_PROXY and what an integration can't do here."""
    if integration is None or integration.type not in _TYPES:
        kind = integration.type if integration else "missing"
        raise NotEnforcedHere(reason=f"integration type {kind} is not served by the local stage")
    return _TYPES[integration.type](api, resource_path, integration)
