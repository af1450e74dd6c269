"""What rules about use say: quantities of priced items, or why they can't be told."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from scripts.cost.plan import Resource
from scripts.cost.traffic import Traffic

GB = 1024**3


@dataclass(frozen=True, slots=True)
class Quantity:
    """Units of an item in a month; `most` when scaling may take it there."""

    item: str
    amount: float
    what: str
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a resource also uses, and why a plan doesn't tell how much."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may look at besides its resource."""

    traffic: Traffic
    resources: tuple[Resource, ...]
    root: Path
    """The root module: what relative paths in the plan begin at."""

    def of_type(self, kind: str) -> Iterator[Resource]:
        """The plan's resources of a type."""
        return (resource for resource in self.resources if resource.type == kind)

    def most(self, scaled: str, dimension: str, near: Resource) -> int | None:
        """Return the greatest count that autoscaling or a schedule allows; None without autoscaling.

        `scaled` is how the identifier of what is scaled ends, `near` a resource of the same module: two
        endpoints of a plan may have variants of the same name.
        """
        found = [target.values.get("max_capacity") for target in self._targets(scaled, dimension, near)]
        for schedule in self._near("aws_appautoscaling_scheduled_action", scaled, dimension, near):
            actions = schedule.values.get("scalable_target_action") or []
            found += [action.get("max_capacity") for action in actions]
        return max((bound for bound in found if bound is not None), default=None)

    def least(self, scaled: str, dimension: str, near: Resource) -> int | None:
        """Return the count that autoscaling doesn't go below; None without autoscaling."""
        for target in self._targets(scaled, dimension, near):
            return target.values.get("min_capacity")
        return None

    def _targets(self, scaled: str, dimension: str, near: Resource) -> Iterator[Resource]:
        return self._near("aws_appautoscaling_target", scaled, dimension, near)

    def _near(self, kind: str, scaled: str, dimension: str, near: Resource) -> Iterator[Resource]:
        for resource in self.of_type(kind):
            values = resource.values
            if (
                resource.module == near.module
                and str(values.get("resource_id", "")).endswith(scaled)
                and values.get("scalable_dimension", dimension) == dimension
            ):
                yield resource


Rule = Callable[[Resource, Context], Iterator[Quantity | Unknown]]

VPC = Unknown("VPC", "its NAT gateways, endpoints and traffic between zones are not in this plan")
