"""What an API uses: requests, answers to the internet, metrics by method, traces, a cache, a web ACL."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from scripts.cost.plan import Resource
from scripts.cost.traffic import HOURS
from scripts.cost.use import GB, Context, Quantity, Unknown

Found = Iterator[Quantity | Unknown]

METHOD_METRICS = 5
"""Count, Latency, IntegrationLatency, 4XXError and 5XXError, of each method that is called."""
METHODS = frozenset(
    ["get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method"]
)
BY_SUBSCRIPTION = frozenset(
    [
        "AWSManagedRulesBotControlRuleSet",
        "AWSManagedRulesATPRuleSet",
        "AWSManagedRulesACFPRuleSet",
        "AWSManagedRulesAntiDDoSRuleSet",
    ]
)
"""Amazon's managed rule groups that have a price of their own, by the month and the request."""


def stage(resource: Resource, context: Context) -> Found:
    """By requests, and the answers' size."""
    values, traffic = resource.values, context.traffic
    yield Quantity("apigateway.request", traffic.requests, "requests")
    answers = traffic.requests * traffic.answer_kb * 1024 / GB
    yield Quantity("transfer.out_gb", answers, "answers to the internet")
    if values.get("xray_tracing_enabled"):
        yield Quantity("xray.trace", traffic.traces, "traces by X-Ray's default rule")
    if values.get("cache_cluster_enabled"):
        size = values.get("cache_cluster_size")
        yield Quantity(f"apigateway.cache.{size}", HOURS, f"cache of {size} GB")


def method_settings(resource: Resource, context: Context) -> Found:
    """Metrics by method are CloudWatch metrics of yours; those of the stage and the API are free."""
    if not any(settings.get("metrics_enabled") for settings in resource.values.get("settings") or []):
        return
    apis = [api for api in context.of_type("aws_api_gateway_rest_api") if api.module == resource.module]
    methods = sum(map(_methods, apis))
    if methods:
        yield Quantity("cloudwatch.metric", METHOD_METRICS * methods, f"metrics of up to {methods} methods")
    else:
        yield Unknown(
            "metrics by method",
            f"{METHOD_METRICS} a method, and the API's document is known only after the apply",
        )


def _methods(api: Resource) -> int:
    """How many methods an API's document has; 0 where it isn't in the plan."""
    try:
        paths = json.loads(api.values.get("body") or "{}").get("paths", {})
    except ValueError:
        return 0  # OpenAPI in YAML
    return sum(1 for path in paths.values() for method in path if method.lower() in METHODS)


def web_acl(resource: Resource, context: Context) -> Found:
    """By the month, by rule, by request; some rule groups have prices of their own."""
    yield Quantity("waf.web_acl", 1, "web ACL")
    rules = resource.values.get("rule") or []
    if rules:
        yield Quantity("waf.rule", len(rules), "rules")
    yield Quantity("waf.request", context.traffic.requests, "requests inspected")
    for group in sorted(_subscriptions(rules)):
        yield Unknown(f"managed rules {group}", "the group has a price of its own")
    if resource.values.get("association_config"):
        yield Unknown("larger bodies inspected", "over 16 KB WAF counts a request for more than one")


def _subscriptions(rules: Any) -> Iterator[str]:
    """Managed groups that cost more, wherever they stand in nested statements."""
    if isinstance(rules, Mapping):
        for name, value in rules.items():
            for group in (value or []) if name == "managed_rule_group_statement" else []:
                if group.get("vendor_name") != "AWS" or group.get("name") in BY_SUBSCRIPTION:
                    yield f"{group.get('vendor_name')}/{group.get('name')}"
            yield from _subscriptions(value)
    elif isinstance(rules, list):
        for each in rules:
            yield from _subscriptions(each)
