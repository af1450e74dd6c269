"""The stage as it is at the moment of a request: which deployment it serves, its settings, plans and keys.

Changes of a stage, a usage plan or a key work at once, as on AWS; changes of the API work by a deployment.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from moto.wafv2.models import wafv2_backends

from scripts.local_stage.gateway.custom_domains import Address, find_address
from scripts.local_stage.gateway.deployed_api import DeployedApi


@dataclass(frozen=True, slots=True)
class UsagePlan:
    """A usage plan that covers the stage, with the key that is in it."""

    id: str
    throttle: Mapping[str, Any]
    """`rateLimit`, `burstLimit` of the plan for this stage."""
    method_throttle: Mapping[str, Mapping[str, Any]]
    """`/path/METHOD` → `rateLimit`, `burstLimit`."""
    quota: Mapping[str, Any]
    """`limit`, `offset`, `period` (DAY, WEEK, MONTH); empty is no quota."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """An API key that a client showed."""

    id: str
    value: str
    enabled: bool
    plans: tuple[UsagePlan, ...]
    """Usage plans that hold this key and cover the stage."""


@dataclass(frozen=True, slots=True)
class LiveStage:
    """A stage and what hangs on it. The mappings are the control plane's own: read, never change."""

    api_id: str
    name: str
    deployment_id: str
    deployed: DeployedApi
    variables: Mapping[str, str]
    method_settings: Mapping[str, Mapping[str, Any]]
    access_log_group: str | None
    access_log_format: str
    web_acl_arn: str | None
    stages: "MotoStages"
    is_canary: bool | None = None
    """Whether the request went to the canary; None when the stage has none."""
    unenforced: tuple[str, ...] = ()
    """What the stage is set to do and the local stage does not."""

    def find_key(self, value: str) -> ApiKey | None:
        """The API key with this value and its usage plans that cover this stage."""
        return self.stages.find_key(value, self.api_id, self.name)


class MotoStages:
    """Finds stages in moto's API Gateway backend of one account and region."""

    def __init__(self, backend: Any, random: Callable[[], float] = random.random) -> None:
        """`random` (0 ≤ value < 1) chooses which requests go to a canary."""
        self._backend = backend
        self._random = random

    def web_acls(self) -> Any:
        """Moto's WAF v2 backend of the same account and region."""
        return wafv2_backends[self._backend.account_id][self._backend.region_name]

    def find_domain(self, host: str, path: str) -> Address | None:
        """What a custom domain name has under a path; None when the host is no custom domain."""
        if not self._backend.domain_names:
            return None
        name = host.partition(":")[0].lower()
        domain = self._backend.domain_names.get(name)
        if domain is None:
            return None
        return find_address(domain, self._backend.base_path_mappings.get(name, {}), path)

    def find(self, api_id: str, stage_name: str, *, by_domain: bool = False) -> LiveStage | None:
        """The stage, or None when it can't be called: no such API, stage or deployment, endpoint disabled.

        A disabled endpoint still answers `by_domain`, at a custom domain name.
        """
        rest_api = self._backend.apis.get(api_id)
        stage = rest_api.stages.get(stage_name) if rest_api is not None else None
        if rest_api is None or stage is None or (rest_api.disableExecuteApiEndpoint and not by_domain):
            return None
        deployment_id, variables, is_canary = stage.deployment_id, stage.variables, None
        canary = getattr(stage, "canary_settings", None)
        if canary:
            is_canary = self._random() * 100 < float(canary.get("percentTraffic") or 0)
        if canary and is_canary:
            deployment_id = canary.get("deploymentId") or deployment_id
            variables = {**variables, **(canary.get("stageVariableOverrides") or {})}
        deployed = getattr(rest_api.deployments.get(deployment_id), "deployed_api", None)
        if deployed is None:
            return None
        log = stage.access_log_settings or {}
        return LiveStage(
            api_id=api_id,
            name=stage_name,
            deployment_id=deployment_id,
            deployed=deployed,
            variables=variables,
            method_settings=stage.method_settings,
            access_log_group=_log_group(log.get("destinationArn")),
            access_log_format=log.get("format") or "",
            web_acl_arn=getattr(stage, "web_acl_arn", None),
            stages=self,
            is_canary=is_canary,
            unenforced=_unenforced(rest_api, stage),
        )

    def find_key(self, value: str, api_id: str, stage_name: str) -> ApiKey | None:
        """The key of any usage plan with this value; its plans are those that cover the stage."""
        for key in list(self._backend.keys.values()):
            if key.value == value:
                plans = tuple(self._plans(key.id, api_id, stage_name))
                return ApiKey(id=key.id, value=value, enabled=bool(key.enabled), plans=plans)
        return None

    def _plans(self, key_id: str, api_id: str, stage_name: str) -> list[UsagePlan]:
        found = []
        for plan in list(self._backend.usage_plans.values()):
            if key_id not in self._backend.usage_plan_keys.get(plan.id, {}):
                continue
            for covered in list(plan.api_stages):
                if (covered["apiId"], covered["stage"]) == (api_id, stage_name):
                    per_method = covered.get("throttle") or {}
                    found.append(UsagePlan(plan.id, plan.throttle or {}, per_method, plan.quota or {}))
        return found


def _unenforced(rest_api: Any, stage: Any) -> tuple[str, ...]:
    found = []
    if getattr(stage, "client_certificate_id", None):
        found.append("the client certificate shown to backends")
    if stage.cache_cluster_enabled:
        found.append("the response cache")
    if "PRIVATE" in (rest_api.endpoint_configuration or {}).get("types", ()):
        found.append("that a private API answers inside its VPC only")
    return tuple(found)


def _log_group(destination_arn: str | None) -> str | None:
    """`arn:aws:logs:REGION:ACCOUNT:log-group:NAME[:*]` → NAME."""
    if not destination_arn or ":log-group:" not in destination_arn:
        return None
    return destination_arn.split(":log-group:", 1)[1].removesuffix(":*")
