"""How many instances a variant runs, at what weight: attributes of moto's endpoint object.

`UpdateEndpointWeightsAndCapacities` changes them, and so do Application Auto Scaling's bounds.
The local stage runs one process a container whatever the count says; the weights are real.
Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantSummary.html
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

RETAINED = {"DesiredInstanceCount": "InstanceCount", "DesiredWeight": "Weight"}
"""VariantPropertyType → what DescribeEndpoint calls it; DataCaptureConfig is documented as not supported."""


def describe_variant(variant: Mapping[str, Any]) -> dict[str, Any]:
    """Return a configuration's variant as DescribeEndpoint shows it when its deployment has ended."""
    weight = variant.get("InitialVariantWeight")
    summary = {"VariantName": variant["VariantName"]}
    _set(summary, "Weight", 1.0 if weight is None else float(weight))
    _set(summary, "InstanceCount", variant.get("InitialInstanceCount"))
    _set(summary, "ServerlessConfig", variant.get("ServerlessConfig"))
    return summary


def change_variant(summary: dict[str, Any], wanted: Mapping[str, Any]) -> None:
    """Change what one item of DesiredWeightsAndCapacities names; the rest stays as it is."""
    _set(summary, "Weight", wanted.get("DesiredWeight"))
    _set(summary, "InstanceCount", wanted.get("DesiredInstanceCount"))
    serverless = wanted.get("ServerlessUpdateConfig")
    if serverless:
        _set(summary, "ServerlessConfig", {**summary.get("CurrentServerlessConfig", {}), **serverless})


def retain(
    planned: Sequence[dict[str, Any]], running: Sequence[Mapping[str, Any]], excluded: Collection[str]
) -> None:
    """Give variants that are planned the counts and weights that those of their names have now.

    This is RetainAllVariantProperties; ExcludeRetainedVariantProperties names what is not kept.
    Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateEndpoint.html
    """
    known = {variant["VariantName"]: variant for variant in running}
    for summary in planned:
        for kind, what in RETAINED.items():
            if kind not in excluded and f"Desired{what}" in summary:
                _set(summary, what, known.get(summary["VariantName"], {}).get(f"Desired{what}"))


def _set(summary: dict[str, Any], what: str, value: Any) -> None:
    if value is not None:
        summary[f"Current{what}"] = summary[f"Desired{what}"] = value
