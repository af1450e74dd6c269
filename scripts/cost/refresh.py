"""Fetch a region's prices from AWS's own price list (the Price List Bulk API; no account is needed).

Format: https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/using-the-aws-price-list-bulk-api.html
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import requests

from scripts.whole_file import write_whole

PRICE_LIST = "https://pricing.us-east-1.amazonaws.com"
SOURCE = "price-list"


class RefreshError(Exception):
    """The price list can't be had or read; the text says which part and what to do."""


@dataclass(frozen=True, slots=True)
class Selector:
    """Which products of an offer are an item: the usage type behind the region's prefix, and its unit."""

    offer: str
    usage_type: str
    item: str
    unit: str
    group: str = ""
    scale: float = 1.0


# The usage types are those that bills and cost reports show, without the region's prefix (EU-, USE2- …).
SELECTORS = (
    Selector("AmazonApiGateway", r"ApiGatewayRequest", "apigateway.request", "request"),
    Selector("AmazonApiGateway", r"ApiGatewayCacheUsage:([\d.]+)GB", "apigateway.cache.{0}", "hour"),
    Selector("AmazonCloudWatch", r"CW:AlarmMonitorUsage", "cloudwatch.alarm_metric", "metric-month"),
    Selector(
        "AmazonCloudWatch",
        r"CW:HighResAlarmMonitorUsage",
        "cloudwatch.alarm_metric_high_resolution",
        "metric-month",
    ),
    Selector(
        "AmazonCloudWatch", r"CW:CompositeAlarmMonitorUsage", "cloudwatch.composite_alarm", "alarm-month"
    ),
    Selector("AmazonCloudWatch", r"DashboardsUsageHour", "cloudwatch.dashboard", "dashboard-month"),
    Selector("AmazonCloudWatch", r"CW:MetricMonitorUsage", "cloudwatch.metric", "metric-month"),
    Selector("AmazonCloudWatch", r"DataProcessing-Bytes", "logs.ingested_gb", "GB", group="Ingested Logs"),
    Selector("AmazonCloudWatch", r"TimedStorage-ByteHrs", "logs.stored_gb_month", "GB-month"),
    Selector("awskms", r"KMS-Keys", "kms.key", "key-month"),
    Selector("AWSLambda", r"Request", "lambda.request", "request", group="AWS-Lambda-Requests"),
    Selector(
        "AWSLambda", r"Lambda-GB-Second", "lambda.gb_second.x86_64", "GB-second", group="AWS-Lambda-Duration"
    ),
    Selector(
        "AWSLambda",
        r"Lambda-GB-Second-ARM",
        "lambda.gb_second.arm64",
        "GB-second",
        group="AWS-Lambda-Duration-ARM",
    ),
    Selector(
        "AWSLambda", r"Lambda-Provisioned-Concurrency", "lambda.provisioned_gb_second.x86_64", "GB-second"
    ),
    Selector(
        "AWSLambda", r"Lambda-Provisioned-Concurrency-ARM", "lambda.provisioned_gb_second.arm64", "GB-second"
    ),
    Selector(
        "AWSLambda",
        r"Lambda-SnapStart-Cached-GB-S",
        "lambda.snapstart_cached_gb_second",
        "GB-second",
    ),
    Selector("AmazonS3", r"TimedStorage-ByteHrs", "s3.stored_gb_month", "GB-month"),
    Selector("AmazonSageMaker", r"Host:(ml\.[a-z0-9-]+\.[a-z0-9]+)", "sagemaker.hosting.{0}", "hour"),
    Selector("AmazonSageMaker", r"Host:VolumeUsage\.gp2", "sagemaker.hosting_storage_gb_month", "GB-month"),
    Selector("AmazonSageMaker", r"Hst:Data-Bytes-Out", "sagemaker.data_gb", "GB"),
    Selector(
        "AmazonSageMaker",
        r"ServerlessInf:Mem-(\d)GB",
        "sagemaker.serverless_second.{0}",
        "second",
        scale=1024,
    ),
    Selector("awswaf", r"WebACLV2", "waf.web_acl", "ACL-month"),
    Selector("awswaf", r"RuleV2", "waf.rule", "rule-month"),
    Selector("awswaf", r"RequestV2-Tier1", "waf.request", "request"),
    Selector("AWSXRay", r"XRay-TracesStored", "xray.trace", "trace"),
)
OFFERS = tuple(dict.fromkeys(selector.offer for selector in SELECTORS))

_PREFIX = r"[A-Z]{2,4}\d?-|[a-z]{2}-[a-z]+-\d-"
"""A region in a usage type: EU-, USE2-, or eu-west-1- as KMS has it."""

Fetch = Callable[[str], Mapping[str, Any]]


def fetch_json(url: str) -> Mapping[str, Any]:
    """Get a document; some are several megabytes."""
    try:
        answer = requests.get(url, timeout=120)
        answer.raise_for_status()
        document: Mapping[str, Any] = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise RefreshError(
            f"{url} can't be read: {error}\n"
            "  repair   reach it through your proxy (HTTPS_PROXY), or name a copy: ARGS='… --price-list URL'"
        ) from error
    return document


def read_region(
    region: str, base: str, fetch: Fetch, said: Callable[[str], None]
) -> dict[str, dict[str, Any]]:
    """Return the items that the price list has for a region, as entries of the table."""
    found: dict[str, dict[str, Any]] = {}
    for offer in OFFERS:
        said(f"  {offer}")
        document = fetch(f"{base}/offers/v1.0/aws/{offer}/current/{region}/index.json")
        found.update(read_offer(offer, document))
    return found


def read_offer(offer: str, document: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Take the known items out of one offer's file."""
    found: dict[str, dict[str, Any]] = {}
    terms = document.get("terms", {}).get("OnDemand", {})
    published = str(document.get("publicationDate", ""))[:10]
    for sku, product in document.get("products", {}).items():
        attributes = product.get("attributes", {})
        for selector in SELECTORS:
            item = _item(selector, offer, attributes)
            tiers = _tiers(terms.get(sku, {})) if item else []
            if item and tiers:
                price = {"price": tiers[0][1]} if len(tiers) == 1 else {"tiers": tiers}
                found[item] = {**price, "unit": selector.unit, "source": SOURCE, "published": published}
    return found


def _item(selector: Selector, offer: str, attributes: Mapping[str, str]) -> str | None:
    if selector.offer != offer or selector.group not in ("", attributes.get("group")):
        return None
    match = re.fullmatch(rf"(?:{_PREFIX})?{selector.usage_type}", attributes.get("usagetype", ""))
    if match is None:
        return None
    part = match.group(1) if match.groups() else ""
    if selector.scale != 1.0:
        part = f"{float(part) * selector.scale:g}"
    return selector.item.format(part)


def _tiers(offers: Mapping[str, Any]) -> list[list[float | None]]:
    """The on-demand price dimensions as [units of the tier, price], in their order; [] if free of charge."""
    dimensions = [dimension for offer in offers.values() for dimension in offer["priceDimensions"].values()]
    ranges = sorted(_ranges(dimensions))
    if not any(price for _, _, price in ranges):
        return []
    return [[None if end == float("inf") else end - begin, price] for begin, end, price in ranges]


def _ranges(dimensions: list[Mapping[str, Any]]) -> Iterator[tuple[float, float, float]]:
    for dimension in dimensions:
        if "USD" in dimension["pricePerUnit"]:
            begin, end = dimension.get("beginRange", "0"), dimension.get("endRange", "Inf")
            yield float(begin), float(end), float(dimension["pricePerUnit"]["USD"])


def update_table(path: Path, region: str, entries: Mapping[str, Any], base: str) -> int:
    """Write a region's entries over those of the table's file; return how many."""
    document = json.loads(path.read_text())
    document["as_of"][region] = date.today().isoformat()
    document["sources"][SOURCE] = {
        "title": "AWS's price list",
        "where": f"{base}, each price with the day of its publication",
    }
    kept = document["regions"].get(region, {})
    document["regions"][region] = dict(sorted({**kept, **entries}.items()))
    write_whole(path, _lay_out(document))
    return len(entries)


def _lay_out(document: Mapping[str, Any]) -> str:
    """One line a price, so that a refresh is a diff that can be read."""
    head = {name: value for name, value in document.items() if name != "regions"}
    regions = ",\n".join(
        f"    {json.dumps(region)}: {{\n"
        + ",\n".join(f"      {json.dumps(item)}: {json.dumps(entry)}" for item, entry in items.items())
        + "\n    }"
        for region, items in document["regions"].items()
    )
    return json.dumps(head, indent=2)[:-2] + ',\n  "regions": {\n' + regions + "\n  }\n}\n"
