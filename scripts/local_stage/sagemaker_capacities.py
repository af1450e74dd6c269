"""How many instances a variant runs, at what weight: attributes of moto's endpoint object.

`UpdateEndpointWeightsAndCapacities` changes them, and so do Application Auto Scaling's bounds.
The local stage runs one process a container whatever the count says; the weights are real.
Source: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantSummary.html
"""

from collections.abc import Mapping
from typing import Any


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


def _set(summary: dict[str, Any], what: str, value: Any) -> None:
    if value is not None:
        summary[f"Current{what}"] = summary[f"Desired{what}"] = value
