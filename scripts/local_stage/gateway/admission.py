"""Who may pass, and how often: API key, usage plan throttle and quota, method throttle.

Order as AWS documents it: the key, then the limits of its usage plan (method before plan), then the stage's.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html
"""

from collections.abc import Mapping
from typing import Any

from scripts.local_stage.gateway.compiled_api import CompiledMethod
from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.limits import Quotas, Throttles
from scripts.local_stage.gateway.live_stage import ApiKey, UsagePlan
from scripts.local_stage.gateway.refusals import InvalidApiKey, QuotaExceeded, Throttled


class Admission:
    """Checks keys and counts requests."""

    def __init__(self) -> None:
        self._throttles = Throttles()
        self._quotas = Quotas()

    def admit(self, exchange: Exchange, compiled: CompiledMethod, now: float) -> None:
        """Raises InvalidApiKey, Throttled or QuotaExceeded.

        The key is the client's, or the one that the Lambda authorizer names (`usageIdentifierKey`).
        A valid key counts against its plan also where the method doesn't ask for one, as on AWS.
        """
        named = exchange.stage.deployed.api_key_source == "AUTHORIZER"
        shown = exchange.usage_key if named else exchange.lowered.get("x-api-key")
        key = exchange.stage.find_key(shown) if shown else None
        usable = key is not None and key.enabled and bool(key.plans)
        if compiled.method.api_key_required:
            exchange.shown_key = shown
            if not usable:
                raise InvalidApiKey
        if key is not None and usable:
            exchange.api_key = key
            exchange.shown_key = shown
            self._check_plan(exchange, compiled, key, key.plans[0], now)
        self._check_stage(exchange, compiled, now)

    def _check_plan(
        self, exchange: Exchange, compiled: CompiledMethod, key: ApiKey, plan: UsagePlan, now: float
    ) -> None:
        stage, path = exchange.stage, compiled.resource.path
        name = (plan.id, key.id, stage.api_id, stage.name)
        own = (
            plan.method_throttle.get(f"{path}/{compiled.method.http_method}")
            if plan.method_throttle
            else None
        )
        if own and not self._take((*name, path, compiled.method.http_method), own, now):
            raise Throttled(reason=f"usage plan {plan.id}: throttle of {path}")
        if not own and plan.throttle and not self._take(name, plan.throttle, now):
            raise Throttled(reason=f"usage plan {plan.id}: throttle")
        if plan.quota and not self._quotas.count(plan.id, key.id, plan.quota, now):
            raise QuotaExceeded(reason=f"usage plan {plan.id}: quota of {plan.quota.get('limit')}")

    def _check_stage(self, exchange: Exchange, compiled: CompiledMethod, now: float) -> None:
        settings = exchange.stage.method_settings
        if not settings:
            return
        path, verb = compiled.resource.path, compiled.method.http_method
        found = _setting(settings, path, verb)
        name = (exchange.stage.api_id, exchange.stage.name, path, verb)
        if found and not self._throttles.allow(
            name, found.get("throttlingRateLimit"), found.get("throttlingBurstLimit"), now
        ):
            raise Throttled(reason=f"method throttle of {verb} {path}")

    def _take(self, name: tuple[str, ...], limits: Mapping[str, Any], now: float) -> bool:
        return self._throttles.allow(name, limits.get("rateLimit"), limits.get("burstLimit"), now)


def _setting(settings: Mapping[str, Mapping[str, Any]], path: str, verb: str) -> Mapping[str, Any] | None:
    """Settings of the method, else of `*/*`; a path may be written with `/` or `~1`."""
    plain = f"{path.strip('/')}/{verb}"
    for key in (plain, f"~1{path.strip('/').replace('/', '~1')}/{verb}", f"/{plain}", "*/*"):
        if key in settings:
            return settings[key]
    return None
