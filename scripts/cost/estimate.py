"""A plan, the traffic and the price table, put together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.cost.free import FREE
from scripts.cost.plan import Resource
from scripts.cost.prices import Price, PriceTable
from scripts.cost.quantities import RULES
from scripts.cost.traffic import HOURS, Traffic
from scripts.cost.use import Context, Quantity, Unknown

NO_PRICE = "no known price"


@dataclass(frozen=True, slots=True)
class Line:
    """An item that a resource uses, with what it costs in a month."""

    address: str
    quantity: Quantity
    price: Price
    monthly: float
    most: float | None
    """With as many instances as scaling allows."""

    @property
    def hourly(self) -> float:
        """What it costs in an hour, on average."""
        return self.monthly / HOURS


@dataclass(frozen=True, slots=True)
class Unpriced:
    """Something that costs, or may, and isn't in the total."""

    address: str
    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a plan costs."""

    region: str
    lines: Sequence[Line]
    unpriced: Sequence[Unpriced]

    @property
    def monthly(self) -> float:
        """The lines' sum; what is unpriced isn't in it."""
        return sum(line.monthly for line in self.lines)

    @property
    def most(self) -> float:
        """The same with as many instances as scaling allows."""
        return sum(line.monthly if line.most is None else line.most for line in self.lines)

    @property
    def price_regions(self) -> Sequence[str]:
        """Whose prices the lines have, the plan's region first."""
        found = {line.price.region for line in self.lines}
        return sorted(found, key=lambda region: (region != self.region, region))

    @property
    def borrowed(self) -> float:
        """How much of it is priced as another region, for want of this one's price."""
        return sum(line.monthly for line in self.lines if line.price.region != self.region)


def estimate(
    resources: Sequence[Resource], traffic: Traffic, table: PriceTable, region: str, root: Path = Path()
) -> Estimate:
    """Price every resource, and name what can't be priced; `root` is the root module's folder."""
    context = Context(traffic, tuple(resources), root)
    found = [each for resource in resources for each in _of(resource, context, table, region)]
    return Estimate(
        region,
        [each for each in found if isinstance(each, Line)],
        [each for each in found if isinstance(each, Unpriced)],
    )


def _of(resource: Resource, context: Context, table: PriceTable, region: str) -> Iterator[Line | Unpriced]:
    if resource.type in FREE:
        return
    rule = RULES.get(resource.type)
    if rule is None:
        yield Unpriced(resource.address, resource.type, "no rule says what this type of resource costs")
        return
    for found in rule(resource, context):
        if isinstance(found, Unknown):
            yield Unpriced(resource.address, found.what, found.why)
        else:
            yield _priced(resource.address, found, table, region)


def _priced(address: str, quantity: Quantity, table: PriceTable, region: str) -> Line | Unpriced:
    price = table.find(quantity.item, region)
    if price is None:
        return Unpriced(address, f"{quantity.amount:,.4g} of {quantity.item} ({quantity.what})", NO_PRICE)
    most = None if quantity.most is None else price.of(quantity.most)
    return Line(address, quantity, price, price.of(quantity.amount), most)
