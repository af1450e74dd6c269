"""An estimate as a table for people, as markdown for a pull request, and as JSON for programs."""

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from rich.console import Console
from rich.table import Table

from scripts.cost.estimate import NO_PRICE, Estimate, Line
from scripts.cost.prices import PriceTable
from scripts.cost.traffic import HOURS, Traffic

REFRESH = "python -m scripts.cost --refresh --region"
SHOWN = 3
STALE_DAYS = 180
"""AWS changes few prices, but some every quarter."""


def to_document(
    found: Estimate, traffic: Traffic, table: PriceTable, before: Estimate | None = None
) -> dict[str, Any]:
    """Return the estimate as JSON values; amounts are in `currency`. docs/cost.md describes the members."""
    return {
        "region": found.region,
        "currency": table.currency,
        "prices_as_of": {region: table.as_of(region) for region in found.price_regions},
        "traffic_per_month": asdict(traffic),
        "monthly": round(found.monthly, 4),
        "monthly_before": None if before is None else round(before.monthly, 4),
        "hourly": round(found.monthly / HOURS, 6),
        "monthly_at_full_scale": round(found.most, 4),
        "priced_as_another_region": round(found.borrowed, 4),
        "lines": [_line(line) for line in found.lines],
        "unpriced": [asdict(item) for item in found.unpriced],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "address": line.address,
        "item": line.quantity.item,
        "what": line.quantity.what,
        "quantity": round(line.quantity.amount, 6),
        "unit": line.price.unit,
        "monthly": round(line.monthly, 6),
        "hourly": round(line.hourly, 8),
        "monthly_at_full_scale": None if line.most is None else round(line.most, 6),
        "price_region": line.price.region,
        "source": line.price.source,
    }


@dataclass(frozen=True, slots=True)
class Row:
    """One item, over all resources that use it."""

    what: str
    where: str
    monthly: float
    most: float
    borrowed: bool


def rows(found: Estimate) -> list[Row]:
    """Add up the lines of each item, the dearest first."""
    by_item: dict[str, list[Line]] = {}
    for line in found.lines:
        by_item.setdefault(line.quantity.item, []).append(line)
    return sorted((_row(lines, found.region) for lines in by_item.values()), key=lambda row: -row.monthly)


def _row(lines: list[Line], region: str) -> Row:
    first = lines[0]
    amount = sum(line.quantity.amount for line in lines)
    words = ", ".join(dict.fromkeys(line.quantity.what for line in lines))
    kinds = ", ".join(sorted({_kind(line.address) for line in lines}))
    monthly = sum(line.monthly for line in lines)
    most = sum(line.monthly if line.most is None else line.most for line in lines)
    what = f"{_units(amount, first.price.unit)}: {words}"
    return Row(what, kinds, monthly, most, first.price.region != region)


def _units(amount: float, unit: str) -> str:
    """1,460 hours; 0.35 GB-months; less than 0.01 GB."""
    if 0 < amount < 0.01:
        return f"less than 0.01 {unit}"
    number = f"{amount:,.0f}" if amount >= 1000 else f"{amount:.3g}"
    return f"{number} {unit}{'' if unit == 'GB' or amount == 1 else 's'}"


def _kind(address: str) -> str:
    """The resource's type, without provider: aws_kms_key.alarms["alarms"] → kms_key."""
    names = re.findall(r"(?:^|\.)aws_(\w+)\.", address)
    return str(names[-1]) if names else address


def print_table(
    found: Estimate, traffic: Traffic, table: PriceTable, console: Console, before: Estimate | None = None
) -> None:
    """Print a row an item, the total, what is not in it, and what was assumed."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("resource", overflow="fold")
    shown.add_column("what", overflow="fold")
    for name in (f"{table.currency} an hour", "a month"):
        shown.add_column(name, justify="right", no_wrap=True)
    for row in rows(found):
        shown.add_row(row.where, row.what, f"{row.monthly / HOURS:.4f}", _amount(row))
    shown.add_section()
    shown.add_row("[bold]in all", "", f"[bold]{found.monthly / HOURS:.4f}", f"[bold]{found.monthly:,.2f}")
    console.print(shown)
    if before is not None:
        console.print(f"Now: {difference(before, found)} {table.currency} a month.", soft_wrap=True)
    for note in [*limits(found, table.currency), *notes(found, traffic, table)]:
        console.print(note, soft_wrap=True)


def to_markdown(found: Estimate, traffic: Traffic, table: PriceTable, before: Estimate | None = None) -> str:
    """Return the estimate for a pull request's comment; what may make the total wrong is not folded away."""
    head = f"**{found.monthly:,.2f} {table.currency} a month** in {found.region}"
    if before is not None:
        head += f" ({difference(before, found)})"
    lines = [f"| {row.where} | {row.what} | {_amount(row)} |" for row in rows(found)]
    body = ["| resource | what | a month |", "|---|---|---|", *lines]
    said = [f"- {note}" for note in notes(found, traffic, table)]
    lacking = [f"- {note}" for note in limits(found, table.currency)]
    folded = ["<details><summary>assumptions and prices</summary>", "", *said, "", "</details>", ""]
    return "\n".join([head, "", *body, "", *([*lacking, ""] if lacking else []), *folded])


def _amount(row: Row) -> str:
    span = f" … {row.most:,.2f}" if row.most > row.monthly else ""
    return f"{'~' if row.borrowed else ''}{row.monthly:,.2f}{span}"


def difference(before: Estimate, after: Estimate) -> str:
    """Say how what is deployed and what is planned differ."""
    change = after.monthly - before.monthly
    if abs(change) < 0.005:
        return f"{before.monthly:,.2f}, and it stays so"
    return f"{before.monthly:,.2f} → {after.monthly:,.2f}, {change:+,.2f}"


def missing(found: Estimate) -> list[str]:
    """Name what isn't in the total; one sentence for resources of which the same is not known."""
    where: dict[tuple[str, str], list[str]] = {}
    for item in found.unpriced:
        where.setdefault((item.what, item.why), []).append(short(item.address))
    said = [
        f"Not in the total: {what}, {_listed(addresses)}: {why}." for (what, why), addresses in where.items()
    ]
    if any(item.why == NO_PRICE for item in found.unpriced):
        said.append(f"{REFRESH} {found.region} asks AWS for prices that are missing.")
    return said


def _listed(addresses: Sequence[str]) -> str:
    more = len(addresses) - SHOWN
    return ", ".join(addresses[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def limits(found: Estimate, currency: str) -> list[str]:
    """Say how far the total may be off: scaling, borrowed prices, what is not in it."""
    said = []
    if found.most > found.monthly:
        said.append(f"Scaled out as far as it may: {found.most:,.2f} {currency} a month.")
    if found.borrowed:
        others = " and ".join(region for region in found.price_regions if region != found.region)
        said.append(
            f"~ {found.borrowed:,.2f} of it at prices of {others}, since those of {found.region} aren't "
            f"known; they may be higher. {REFRESH} {found.region} asks AWS."
        )
    return said + missing(found)


def notes(found: Estimate, traffic: Traffic, table: PriceTable, today: date | None = None) -> list[str]:
    """Say what was assumed, where prices are from, and how old they are."""
    said = []
    assumed = ", ".join(f"{name.replace('_', ' ')} {value:,.15g}" for name, value in asdict(traffic).items())
    said.append(f"Assumed of a month: {assumed}. Free tiers, taxes and discounts are left out.")
    for region in found.price_regions:
        sources = {line.price.source for line in found.lines if line.price.region == region}
        listed = ", ".join(table.explain(source) for source in sorted(sources))
        read = table.as_of(region)
        said.append(f"Prices of {region} as of {read}, from {listed} (scripts/cost/prices.json).")
    for region in found.price_regions:
        age = ((today or date.today()) - date.fromisoformat(table.as_of(region))).days
        if age > STALE_DAYS:
            said.append(f"The prices of {region} are {age} days old; {REFRESH} {region} renews them.")
    return said


def short(address: str) -> str:
    """Leave out the module that every address begins with."""
    return address.removeprefix("module.model_api.")
