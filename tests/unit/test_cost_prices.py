"""The table of prices, and how AWS's list replaces it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from scripts import ROOT
from scripts.cost.__main__ import main
from scripts.cost.prices import PriceTable
from scripts.cost.refresh import read_offer, read_region, update_table

pytestmark = pytest.mark.unit


def test_the_table_names_a_source_for_each_price() -> None:
    """Each price stands with where it was read, and each tiered one ends without a limit."""
    document = json.loads((ROOT / "scripts/cost/prices.json").read_text())
    for items in document["regions"].values():
        for item, entry in items.items():
            assert entry["source"] in document["sources"], item
            assert ("price" in entry) != ("tiers" in entry), item
            assert "tiers" not in entry or entry["tiers"][-1][0] is None, item
    assert set(document["as_of"]) == set(document["regions"])
    used = {entry["source"] for items in document["regions"].values() for entry in items.values()}
    assert used == set(document["sources"])


def offer(products: dict[str, tuple[dict[str, str], list[tuple[str, str, str]]]]) -> dict[str, Any]:
    """An offer file as AWS documents it: products and on-demand terms, by SKU."""
    terms = {
        sku: {
            f"{sku}.JRTCKXETXF": {
                "priceDimensions": {
                    f"{sku}.{index}": {"beginRange": begin, "endRange": end, "pricePerUnit": {"USD": price}}
                    for index, (begin, end, price) in enumerate(ranges)
                }
            }
        }
        for sku, (_, ranges) in products.items()
    }
    return {
        "publicationDate": "2026-10-01T00:00:00Z",
        "products": {sku: {"attributes": attributes} for sku, (attributes, _) in products.items()},
        "terms": {"OnDemand": terms},
    }


def test_price_list_is_read_by_usage_type() -> None:
    """Region's prefix or none, one number or tiers; other kinds of the same machine are left alone."""
    found = read_offer(
        "AmazonSageMaker",
        offer(
            {
                "A": ({"usagetype": "EU-Host:ml.m6i.large"}, [("0", "Inf", "0.128")]),
                "B": ({"usagetype": "EU-Train:ml.m6i.large"}, [("0", "Inf", "0.999")]),
                "C": ({"usagetype": "EU-ServerlessInf:Mem-2GB"}, [("0", "Inf", "0.0000400")]),
                "D": ({"usagetype": "EU-ServerlessInf:Mem-2GB-Provisioned"}, [("0", "Inf", "0.5")]),
            }
        ),
    )
    assert {item: entry["price"] for item, entry in found.items()} == {
        "sagemaker.hosting.ml.m6i.large": 0.128,
        "sagemaker.serverless_second.2048": 4e-05,
    }


def test_price_lists_tiers_become_sizes() -> None:
    """From 0 to 333 million, from there to a billion, and over it."""
    ranges = [
        ("333000000", "1000000000", "0.0000028"),
        ("0", "333000000", "0.0000035"),
        ("1000000000", "Inf", "0.000002"),
    ]
    found = read_offer("AmazonApiGateway", offer({"A": ({"usagetype": "ApiGatewayRequest"}, ranges)}))
    assert found["apigateway.request"]["tiers"] == [[333e6, 3.5e-06], [667e6, 2.8e-06], [None, 2e-06]]


def test_refresh_replaces_prices_and_keeps_the_others(tmp_path: Path) -> None:
    """What the list doesn't have stays as it was, with its own source."""
    table = tmp_path / "prices.json"
    table.write_text((ROOT / "scripts/cost/prices.json").read_text())
    keys = offer({"K": ({"usagetype": "eu-west-1-KMS-Keys"}, [("0", "Inf", "1.5")])})
    empty = offer({})
    entries = read_region(
        "eu-west-1", "https://list.example", lambda url: keys if "/awskms/" in url else empty, lambda _: None
    )
    before = date.today()
    update_table(table, "eu-west-1", entries, "https://list.example")
    after = PriceTable.load(table)
    assert str(before) <= after.as_of("eu-west-1") <= str(date.today())
    refreshed, kept = after.find("kms.key", "eu-west-1"), after.find("sagemaker.data_gb", "eu-west-1")
    assert refreshed is not None
    assert (refreshed.of(1), refreshed.source) == (1.5, "price-list")
    assert kept is not None
    assert (kept.of(1), kept.source) == (0.016, "bill")


def test_price_list_out_of_reach_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """No traceback: what failed, and how to go on."""
    assert main(["--refresh", "--region", "eu-west-1", "--price-list", "http://127.0.0.1:9"]) == 1
    said = capsys.readouterr().err
    assert "127.0.0.1:9" in said
    assert "repair" in said
