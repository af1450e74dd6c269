"""Lambda authorizers, TOKEN and REQUEST: a function returns a policy, which is cached and asked.

| What happens                                            | client |
|---|---|
| identity source missing, or not what the expression says | 401, no call |
| the function fails with `Unauthorized`                    | 401 |
| it fails otherwise, is throttled or too slow              | 500 AUTHORIZER_FAILURE |
| it can't be called, or returns no policy                  | 500 AUTHORIZER_CONFIGURATION_ERROR |

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html
"""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scripts.local_stage.gateway.access_refusals import (
    AuthorizerFailure,
    AuthorizerMisconfigured,
    Unauthorized,
)
from scripts.local_stage.gateway.callers import Identities
from scripts.local_stage.gateway.deployed_api import Authorizer, DeployedApi
from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.identity_source import compile_expression, read_identity_source
from scripts.local_stage.gateway.lambda_proxy import grouped, request_context
from scripts.local_stage.gateway.lambda_target import InvokeLambda, parse_invoke_uri
from scripts.local_stage.gateway.policies import (
    ANONYMOUS,
    Access,
    Outcome,
    Policy,
    evaluate_layers,
    read_policy,
)
from scripts.local_stage.gateway.refusals import NotEnforcedHere
from scripts.local_stage.lambda_runtime import InvocationSource, LambdaApiError

_TIMEOUT_SECONDS = 29.0
_MOST_CACHED = 10_000


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the function returned about a caller."""

    policy: Policy
    values: Mapping[str, Any]
    """`$context.authorizer`: principalId and the function's context, as texts."""
    usage_key: str | None


class LambdaAuthorizer:
    """One authorizer of a deployment with its cache."""

    def __init__(self, api: DeployedApi, authorizer: Authorizer) -> None:
        self._api = api
        self._authorizer = authorizer
        self._sources = read_identity_source(authorizer.identity_source)
        self._is_token = authorizer.type == "TOKEN"
        if self._is_token and len(self._sources) != 1:
            raise NotEnforcedHere(reason="a TOKEN authorizer has one identity source, a header")
        self._expression = compile_expression(authorizer.validation_expression)
        self._ttl = authorizer.ttl_seconds if self._sources else 0
        self._cache: dict[tuple[str | None, ...], tuple[float, Verdict]] = {}
        arn = f"arn:aws:execute-api:{api.region}:{api.account_id}:{api.api_id}"
        self._source = InvocationSource(
            principal="apigateway.amazonaws.com",
            source_arn=f"{arn}/authorizers/{authorizer.id}",
            source_account=api.account_id,
        )

    async def judge(
        self, exchange: Exchange, method_arn: str, invoke: InvokeLambda, identities: Identities, now: float
    ) -> Verdict:
        """The function's verdict, or the one it gave for the same identity within the TTL."""
        identity = [read(exchange) for read in self._sources]
        if None in identity:
            raise Unauthorized(reason="an identity source is missing")
        if self._is_token and self._expression and not self._expression.fullmatch(identity[0] or ""):
            raise Unauthorized(reason="the token doesn't match the validation expression")
        key = (exchange.stage.name, *identity)
        kept = self._cache.get(key)
        if kept is not None and now < kept[0]:
            return kept[1]
        event = self._event(exchange, method_arn, identity)
        verdict = read_verdict(await self._call(exchange, event, invoke, identities))
        if self._ttl > 0:
            if len(self._cache) >= _MOST_CACHED:
                self._cache.clear()
            self._cache[key] = (now + self._ttl, verdict)
        return verdict

    def _event(self, x: Exchange, method_arn: str, identity: list[str | None]) -> dict[str, Any]:
        if self._is_token:
            return {"type": "TOKEN", "methodArn": method_arn, "authorizationToken": identity[0]}
        headers = x.forwarded_headers()
        return {
            "type": "REQUEST",
            "methodArn": method_arn,
            "resource": x.resource.path if x.resource else None,
            "path": x.event_path,
            "httpMethod": x.http_method,
            "headers": dict(headers),
            "multiValueHeaders": grouped(headers),
            "queryStringParameters": x.query_last,
            "multiValueQueryStringParameters": grouped(x.query_pairs),
            "pathParameters": dict(x.path_parameters),
            "stageVariables": dict(x.stage.variables),
            "requestContext": request_context(self._api, x),
        }

    async def _call(
        self, exchange: Exchange, event: dict[str, Any], invoke: InvokeLambda, identities: Identities
    ) -> Any:
        function, qualifier = parse_invoke_uri(self._authorizer.uri, exchange.stage.variables)
        source = self._allowed_source(f"{function}:{qualifier}" if qualifier else function, identities)
        call = invoke(function, json.dumps(event).encode(), qualifier=qualifier, source=source)
        try:
            result = await asyncio.wait_for(call, _TIMEOUT_SECONDS)
        except TimeoutError as error:
            raise AuthorizerFailure(reason=f"{function} took longer than {_TIMEOUT_SECONDS:g} s") from error
        except LambdaApiError as error:
            passing = error.status == 429 or error.status >= 500
            kind = AuthorizerFailure if passing else AuthorizerMisconfigured
            raise kind(reason=f"Lambda refused the authorizer's invocation: {error}") from error
        answer = _parse(result.payload)
        if result.function_error:
            if isinstance(answer, dict) and answer.get("errorMessage") == "Unauthorized":
                raise Unauthorized(reason="the authorizer said Unauthorized")
            raise AuthorizerFailure(reason=f"the authorizer {function} failed: {result.function_error}")
        return answer

    def _allowed_source(self, function: str, identities: Identities) -> InvocationSource | None:
        """The gateway itself, judged by the function's policy; None once the authorizer's role may call."""
        role = self._authorizer.credentials
        if role is None:
            return self._source
        access = Access("lambda:InvokeFunction", function, ANONYMOUS, {})
        if evaluate_layers(identities.role_layers(role) or ((),), access) is not Outcome.ALLOW:
            raise AuthorizerMisconfigured(reason=f"{role} may not invoke {function}, or isn't there")
        return None


def read_verdict(answer: Any) -> Verdict:
    """Check what the function returned; AuthorizerMisconfigured when it isn't an authorizer's output."""
    if not isinstance(answer, dict) or not isinstance(answer.get("principalId"), str):
        raise AuthorizerMisconfigured(reason="the authorizer returned no principalId")
    try:
        policy = read_policy(answer.get("policyDocument") or {})
    except ValueError as error:
        raise AuthorizerMisconfigured(reason=f"the authorizer's policyDocument: {error}") from error
    context = answer.get("context") or {}
    if not isinstance(context, dict) or any(isinstance(value, dict | list) for value in context.values()):
        raise AuthorizerMisconfigured(
            reason="the authorizer's context holds more than texts, numbers, booleans"
        )
    texts = {name: _text(value) for name, value in context.items() if value is not None}
    return Verdict(policy, {**texts, "principalId": answer["principalId"]}, answer.get("usageIdentifierKey"))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _parse(payload: bytes) -> Any:
    try:
        return json.loads(payload or b"null")
    except ValueError:
        return None
