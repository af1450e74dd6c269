"""The price table: what an item costs in a region, where that is known from, and how old it is.

An item is a name such as `sagemaker.hosting.ml.m5.xlarge`; its price is one number a unit, or tiers
`[[units of this tier, price a unit], …]` of a month's use.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TABLE_FILE = Path(__file__).with_name("prices.json")

FALLBACK_REGION = "us-east-1"
"""Where most prices are known for; another region's missing price is taken from here, and marked."""

Tiers = tuple[tuple[float | None, float], ...]


@dataclass(frozen=True, slots=True)
class Price:
    """What an item costs, in the table's currency."""

    item: str
    unit: str
    tiers: Tiers
    region: str
    source: str

    def of(self, quantity: float) -> float:
        """What `quantity` units cost in a month."""
        total, left = 0.0, quantity
        for size, price in self.tiers:
            taken = left if size is None else min(left, size)
            total += taken * price
            left -= taken
        return total


class PriceTable:
    """Prices by region and item."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document

    @classmethod
    def load(cls, path: Path = TABLE_FILE) -> "PriceTable":
        """Read the table of the repository."""
        return cls(json.loads(path.read_text()))

    def as_of(self, region: str) -> str:
        """The day on which the region's prices were read (ISO 8601)."""
        return str(self._document["as_of"][region])

    @property
    def currency(self) -> str:
        """ISO 4217 code."""
        return str(self._document["currency"])

    def explain(self, source: str) -> str:
        """Say in a few words what a source's name stands for; the table says more."""
        return str(self._document["sources"][source]["title"])

    def find(self, item: str, region: str) -> Price | None:
        """The item's price in `region`, else in FALLBACK_REGION, else None: never zero."""
        for place in (region, FALLBACK_REGION):
            entry = self._document["regions"].get(place, {}).get(item)
            if entry is not None:
                return Price(item, entry["unit"], _tiers(entry), place, entry["source"])
        return None


def _tiers(entry: Mapping[str, Any]) -> Tiers:
    tiers: Sequence[Sequence[Any]] = entry.get("tiers", [[None, entry.get("price")]])
    return tuple((size, price) for size, price in tiers)
