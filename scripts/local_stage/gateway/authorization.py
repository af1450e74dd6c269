"""May this caller call this method? The method's authorizer and the API's resource policy, together.

| Authorizer | resource policy | passes when |
|---|---|---|
| none | any | the policy allows |
| IAM, caller of the API's account | none, or any | one of both allows, none denies |
| IAM, caller of another account | any | both allow |
| Lambda | none, or any | the policy doesn't deny (checked before the call), then as IAM |
| Cognito | none, or any | the token is good, and the policy allows |

https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
"""

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import unquote

from scripts.local_stage.gateway.access_refusals import (
    AccessDenied,
    ExpiredToken,
    NotPermitted,
    UnknownCaller,
)
from scripts.local_stage.gateway.access_values import identity_values, request_values
from scripts.local_stage.gateway.callers import Caller, Identities
from scripts.local_stage.gateway.cognito import CognitoAuthorizer
from scripts.local_stage.gateway.deployed_api import DeployedApi
from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.lambda_authorizer import LambdaAuthorizer
from scripts.local_stage.gateway.lambda_target import InvokeLambda
from scripts.local_stage.gateway.policies import (
    ANONYMOUS,
    INVOKE,
    Access,
    Outcome,
    Policy,
    Principal,
    evaluate_layers,
)
from scripts.local_stage.gateway.signature import read_signature, verify


@dataclass(frozen=True, slots=True)
class Services:
    """What authorization asks outside the gateway."""

    invoke: InvokeLambda
    identities: Identities
    clock: Callable[[], float]


class Guard:
    """The check of one method: `authorize` raises a Refusal, or fills in who calls."""

    def __init__(self, api: DeployedApi, policy: Policy | None) -> None:
        self._arn = f"arn:aws:execute-api:{api.region}:{api.account_id}:{api.api_id}"
        self._masked = self._arn.replace(api.account_id, "********" + api.account_id[-4:])
        self._region = api.region
        self._policy = policy

    async def authorize(self, exchange: Exchange, services: Services) -> None:
        """Without an authorizer: the resource policy must allow."""
        self._require_allow(self._by_resource(exchange, ANONYMOUS, {}), exchange)

    def _path(self, exchange: Exchange) -> str:
        """Decoded, and without empty segments: a policy can't be dodged by spelling a path otherwise."""
        parts = [part for part in unquote(exchange.raw_path).split("/") if part]
        return f"/{exchange.stage.name}/{exchange.http_method}/{'/'.join(parts)}"

    def _access(self, exchange: Exchange, principal: Principal, identity: dict[str, str]) -> Access:
        values = request_values(exchange, self._region) | identity
        return Access(INVOKE, self._arn + self._path(exchange), principal, values)

    def _by_resource(self, exchange: Exchange, principal: Principal, identity: dict[str, str]) -> Outcome:
        if self._policy is None:
            return Outcome.NEITHER
        return self._policy.evaluate(self._access(exchange, principal, identity))

    def _require_allow(self, outcome: Outcome, exchange: Exchange, why: str = "") -> None:
        if outcome is Outcome.ALLOW:
            return
        who = exchange.caller.principal.arn if exchange.caller else "anonymous"
        suffix = " with an explicit deny" if outcome is Outcome.DENY else why
        raise NotPermitted(
            f"User: {who} is not authorized to perform: {INVOKE} on resource: "
            f"{self._masked}{self._path(exchange)}{suffix}"
        )


class IamGuard(Guard):
    """AWS_IAM: a signature, and policies that allow its owner."""

    async def authorize(self, exchange: Exchange, services: Services) -> None:
        """Verify the signature, then ask the caller's policies and the API's."""
        caller = self._authenticate(exchange, services.identities)
        exchange.caller = caller
        identity = identity_values(caller)
        access = self._access(exchange, caller.principal, identity)
        own = Outcome.ALLOW if caller.layers is None else evaluate_layers(caller.layers, access)
        resource = self._by_resource(exchange, caller.principal, identity)
        if caller.principal.account == self._arn.split(":")[4]:
            outcome = combine(own, resource)
        else:
            outcome = _both(own, resource)
        self._require_allow(
            outcome, exchange, f" because no identity-based policy allows the {INVOKE} action"
        )

    def _authenticate(self, exchange: Exchange, identities: Identities) -> Caller:
        signature = read_signature(exchange)
        caller = identities.find_caller(signature.access_key_id)
        if caller is None or signature.token != caller.token:
            raise UnknownCaller
        if caller.expires is not None and exchange.started >= caller.expires:
            raise ExpiredToken
        verify(signature, exchange, caller.secret, self._region)
        return caller


class CognitoGuard(Guard):
    """COGNITO_USER_POOLS."""

    def __init__(self, api: DeployedApi, policy: Policy | None, authorizer: CognitoAuthorizer) -> None:
        super().__init__(api, policy)
        self._authorizer = authorizer

    async def authorize(self, exchange: Exchange, services: Services) -> None:
        """Verify the token; a resource policy must allow on its own."""
        self._authorizer.authorize(exchange, services.identities, services.clock())
        if self._policy is not None:
            self._require_allow(self._by_resource(exchange, ANONYMOUS, {}), exchange)


class LambdaGuard(Guard):
    """CUSTOM: a function returns the caller's policy."""

    def __init__(self, api: DeployedApi, policy: Policy | None, authorizer: LambdaAuthorizer) -> None:
        super().__init__(api, policy)
        self._authorizer = authorizer

    async def authorize(self, exchange: Exchange, services: Services) -> None:
        """A denying resource policy spares the call; else both policies count."""
        resource = self._by_resource(exchange, ANONYMOUS, {})
        if resource is Outcome.DENY:
            self._require_allow(resource, exchange)
        started = services.clock()
        verdict = await self._authorizer.judge(
            exchange, self._arn + self._path(exchange), services.invoke, services.identities, started
        )
        latency = max(0, round((services.clock() - started) * 1000))
        exchange.authorizer = {**verdict.values, "integrationLatency": latency}
        exchange.usage_key = verdict.usage_key
        outcome = combine(verdict.policy.evaluate(self._access(exchange, ANONYMOUS, {})), resource)
        if outcome is Outcome.DENY:
            raise AccessDenied(f"{AccessDenied.text} with an explicit deny")
        if outcome is not Outcome.ALLOW:
            raise AccessDenied


def combine(identity: Outcome, resource: Outcome) -> Outcome:
    """Two policies of one account: a deny wins, one allow is enough."""
    if Outcome.DENY in (identity, resource):
        return Outcome.DENY
    return Outcome.ALLOW if Outcome.ALLOW in (identity, resource) else Outcome.NEITHER


def _both(identity: Outcome, resource: Outcome) -> Outcome:
    if Outcome.DENY in (identity, resource):
        return Outcome.DENY
    granted = identity is Outcome.ALLOW and resource in (Outcome.ALLOW, Outcome.DELEGATED)
    return Outcome.ALLOW if granted else Outcome.NEITHER
