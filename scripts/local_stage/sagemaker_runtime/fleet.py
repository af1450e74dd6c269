"""The containers of one deployment of an endpoint: its variants, chosen by weight."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import itertools
import random
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from scripts.local_stage.process_guard import ProcessGuard
from scripts.local_stage.sagemaker_runtime import artifact
from scripts.local_stage.sagemaker_runtime.container import Container, start_container
from scripts.local_stage.sagemaker_runtime.control_plane import ControlPlane
from scripts.local_stage.sagemaker_runtime.images import ImageCommands, explain_unknown
from scripts.local_stage.sagemaker_runtime.many_models import ManyModels
from scripts.local_stage.sagemaker_runtime.plans import (
    ContainerPlan,
    DeploymentError,
    DeploymentPlan,
    VariantPlan,
)

DRAIN_SECONDS = 60.0
_serial = itertools.count()

WriteLine = Callable[[str, str], None]
"""(log stream, line) → None"""


@dataclass(slots=True)
class Variant:
    """A variant with its running containers, in the order of its pipeline."""

    plan: VariantPlan
    containers: list[Container] = field(default_factory=list)
    many_models: ManyModels | None = None
    """The models of its one container, if that is a multi-model one."""


class Fleet:
    """A deployment that serves; `leases` counts the calls under way: none is lost at its end."""

    def __init__(self, plan: DeploymentPlan) -> None:
        self.plan = plan
        self.variants = [Variant(variant) for variant in plan.variants]
        self.shadows = [Variant(variant) for variant in plan.shadows]
        self.leases = 0
        self._random = random.Random(plan.configuration)  # noqa: S311 - a share of traffic, no secret
        self._weights = [variant.weight for variant in plan.variants]

    def choose(self, target: str | None) -> Variant | None:
        """Choose the variant named `target`, or one by weight; None if there is none of that name."""
        if target is not None:
            return next((variant for variant in self.variants if variant.plan.name == target), None)
        if len(self.variants) == 1:
            return self.variants[0]
        return self._random.choices(self.variants, self._weights if any(self._weights) else None)[0]

    def choose_shadows(self) -> list[Variant]:
        """Choose the shadows that get a copy of a request: their weight by the production weight."""
        total = sum(self._weights) or 1.0
        return [shadow for shadow in self.shadows if self._random.random() * total < shadow.plan.weight]

    def weigh(self, weights: Mapping[str, float]) -> None:
        """Choose by these weights from now on."""
        self._weights = [weights.get(variant.plan.name, variant.plan.weight) for variant in self.variants]

    async def drain(self) -> None:
        """Wait until no call is under way, then stop."""
        deadline = time.monotonic() + DRAIN_SECONDS
        while self.leases and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        await self.stop()

    async def stop(self) -> None:
        """End every container."""
        running = [*self.variants, *self.shadows]
        await asyncio.gather(*(c.stop() for variant in running for c in variant.containers))


class FleetStarter:
    """Starts the containers of a deployment plan."""

    def __init__(
        self,
        control_plane: ControlPlane,
        images: ImageCommands,
        folder: Path,
        guard: ProcessGuard,
        session: aiohttp.ClientSession,
    ) -> None:
        self._control_plane = control_plane
        self._guard = guard
        self._images = images
        self._folder = folder
        self._session = session

    async def start(self, fleet: Fleet, write_line: WriteLine) -> None:
        """Start all variants, wait until healthy; raises DeploymentError. What did start, the fleet knows."""
        try:
            async with asyncio.TaskGroup() as group:
                for variant in (*fleet.variants, *fleet.shadows):
                    group.create_task(self._start_variant(variant, fleet.plan.region, write_line))
        except ExceptionGroup as errors:
            raise errors.exceptions[0] from None

    async def _start_variant(self, variant: Variant, region: str, write_line: WriteLine) -> None:
        for plan in variant.plan.containers:
            container = await self._start_container(plan, region)
            variant.containers.append(container)
            if plan.multi_model and plan.artifact is not None:
                read = self._control_plane.read_object
                variant.many_models = ManyModels(read, self._session, container, plan.artifact)
            stream = f"{variant.plan.name}/i-{next(_serial):017x}"
            container.follow(functools.partial(write_line, stream))
        timeout, name = variant.plan.startup_timeout, variant.plan.name
        for container in variant.containers:
            await container.wait_until_healthy(self._session, name, timeout)

    async def _start_container(self, plan: ContainerPlan, region: str) -> Container:
        command = self._images.find(plan.image)
        if command is None:
            raise DeploymentError(explain_unknown(plan.image))
        folder = self._folder / f"container-{next(_serial)}"
        with contextlib.ExitStack() as undo:
            undo.callback(shutil.rmtree, folder, ignore_errors=True)
            container = await self._start_in(folder, command, plan, region)
            undo.pop_all()
        return container

    async def _start_in(
        self, folder: Path, command: tuple[str, ...], plan: ContainerPlan, region: str
    ) -> Container:
        shutil.rmtree(folder, ignore_errors=True)
        (folder / "model").mkdir(parents=True)
        if plan.artifact is not None and not plan.multi_model:
            archive = self._control_plane.read_object(plan.artifact)
            await artifact.unpack_aside(archive, plan.artifact, folder / "model")
        environment = {"AWS_REGION": region, "SAGEMAKER_REGION": region, **plan.environment}
        if plan.multi_model:
            environment["SAGEMAKER_MULTI_MODEL"] = "true"
        return await start_container(self._guard, command, environment, folder)
