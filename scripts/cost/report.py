"""An estimate as a table for people, as markdown for a pull request, and as JSON for programs."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table

from scripts.cost.estimate import Estimate, Line
from scripts.cost.prices import PriceTable
from scripts.cost.traffic import HOURS, Traffic

REFRESH = "python -m scripts.cost --refresh --region"


def to_document(found: Estimate, traffic: Traffic, table: PriceTable) -> dict[str, Any]:
    """Return the estimate as JSON values; amounts are in `currency`."""
    return {
        "region": found.region,
        "currency": table.currency,
        "prices_as_of": table.as_of,
        "traffic_per_month": asdict(traffic),
        "monthly": round(found.monthly, 4),
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
    return Row(
        f"{amount:,.4g} {first.price.unit}s: {words}", kinds, monthly, most, first.price.region != region
    )


def _kind(address: str) -> str:
    """The resource's type, without provider: aws_kms_key.alarms["alarms"] → kms_key."""
    names = re.findall(r"(?:^|\.)aws_(\w+)\.", address)
    return str(names[-1]) if names else address


def print_table(found: Estimate, traffic: Traffic, table: PriceTable, console: Console) -> None:
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
    for note in notes(found, traffic, table):
        console.print(note, soft_wrap=True)


def to_markdown(found: Estimate, traffic: Traffic, table: PriceTable) -> str:
    """Return the estimate for a pull request's comment."""
    head = f"**{found.monthly:,.2f} {table.currency} a month** in {found.region}"
    lines = [f"| {row.where} | {row.what} | {_amount(row)} |" for row in rows(found)]
    body = ["| resource | what | a month |", "|---|---|---|", *lines]
    said = [f"- {note}" for note in notes(found, traffic, table)]
    return "\n".join(
        [head, "", *body, "", "<details><summary>notes</summary>", "", *said, "", "</details>", ""]
    )


def _amount(row: Row) -> str:
    span = f" … {row.most:,.2f}" if row.most > row.monthly else ""
    return f"{'~' if row.borrowed else ''}{row.monthly:,.2f}{span}"


def notes(found: Estimate, traffic: Traffic, table: PriceTable) -> list[str]:
    """Say what the total doesn't: scaling, borrowed prices, what has no price, what was assumed."""
    said = []
    if found.most > found.monthly:
        said.append(f"Scaled out as far as it may: {found.most:,.2f} {table.currency} a month.")
    if found.borrowed:
        said.append(
            f"~ {found.borrowed:,.2f} of it at another region's prices, since {found.region}'s aren't known; "
            f"{REFRESH} {found.region} asks AWS."
        )
    said += [f"Not in the total: {short(item.address)}: {item.what}: {item.why}." for item in found.unpriced]
    if any(item.why == "no known price" for item in found.unpriced):
        said.append(f"{REFRESH} {found.region} asks AWS for prices that are missing.")
    assumed = ", ".join(f"{name.replace('_', ' ')} {value:,.15g}" for name, value in asdict(traffic).items())
    said.append(f"Assumed of a month: {assumed}. Free tiers, taxes and discounts are left out.")
    sources = sorted({line.price.source for line in found.lines})
    said.append(f"Prices as of {table.as_of}: {'; '.join(table.explain(source) for source in sources)}.")
    return said


def short(address: str) -> str:
    """Leave out the module that every address begins with."""
    return address.removeprefix("module.model_api.")


def compare(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Say in one line how two estimates (as documents) differ."""
    difference = after["monthly"] - before["monthly"]
    return (
        f"{before['monthly']:,.2f} → {after['monthly']:,.2f} {after['currency']} a month ({difference:+,.2f})"
    )
