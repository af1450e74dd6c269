"""Which fleet answers a call: one of each endpoint, two while an update shifts traffic between them."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from scripts.local_stage.sagemaker_runtime.fleet import Fleet
from scripts.local_stage.sagemaker_runtime.plans import DeploymentError
from scripts.local_stage.sagemaker_runtime.rollout import Rollout

WATCH_SECONDS = 0.25

AlarmsGoneOff = Callable[[Sequence[str]], list[str]]
"""Names of alarms → those of them in state ALARM."""


class RolledBackError(DeploymentError):
    """An alarm went off during an update."""


@dataclass(slots=True)
class _Route:
    """The fleet that serves, and one that takes over a share of its calls."""

    fleet: Fleet
    successor: Fleet | None = None
    share: float = 0.0


class Traffic:
    """The fleets of all endpoints; used on one loop."""

    def __init__(self) -> None:
        self._routes: dict[str, _Route] = {}
        self._random = random.Random(5)  # noqa: S311 - a share of traffic, no secret

    def fleet(self, endpoint: str) -> Fleet | None:
        """Choose the fleet that answers the next call; None if there is none."""
        route = self._routes.get(endpoint)
        if route is None:
            return None
        if route.successor is not None and self._random.random() < route.share:
            return route.successor
        return route.fleet

    def replace(self, endpoint: str, fleet: Fleet | None) -> Fleet | None:
        """Let one fleet answer everything, or none any more; return the one that did."""
        earlier = self._routes.pop(endpoint, None)
        if fleet is not None:
            self._routes[endpoint] = _Route(fleet)
        return None if earlier is None else earlier.fleet

    def take_all(self) -> list[Fleet]:
        """Forget every fleet and return it."""
        fleets = [route.fleet for route in self._routes.values()]
        self._routes.clear()
        return fleets

    async def shift(self, endpoint: str, fleet: Fleet, rollout: Rollout, gone_off: AlarmsGoneOff) -> None:
        """Lead an endpoint's calls to a new fleet step by step; the caller then replaces the old one.

        Raises RolledBackError when an alarm goes off: the old fleet then answers everything again.
        """
        route = self._routes.get(endpoint)
        if route is None:  # a new endpoint
            return
        route.successor = fleet
        try:
            for share in rollout.shares:
                route.share = share
                await _watch(rollout, rollout.wait_seconds, gone_off)
            route.share = 1.0
            await _watch(rollout, rollout.termination_wait_seconds, gone_off)
        except BaseException:
            route.successor, route.share = None, 0.0
            raise


async def _watch(rollout: Rollout, seconds: float, gone_off: AlarmsGoneOff) -> None:
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while True:
        names = gone_off(rollout.alarms)
        if names:
            raise RolledBackError(f"One or more alarms went off during the update: {', '.join(names)}.")
        left = end - loop.time()
        if left <= 0:
            return
        await asyncio.sleep(min(WATCH_SECONDS, left))
