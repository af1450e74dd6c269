"""The SageMaker plane: follows the control plane's endpoints and answers InvokeEndpoint."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Protocol

import aiohttp

from scripts.local_stage.faults import Faults
from scripts.local_stage.process_guard import ProcessGuard
from scripts.local_stage.sagemaker_runtime import replies
from scripts.local_stage.sagemaker_runtime.control_plane import ControlPlane
from scripts.local_stage.sagemaker_runtime.fleet import Fleet, FleetStarter, Variant
from scripts.local_stage.sagemaker_runtime.images import ImageCommands
from scripts.local_stage.sagemaker_runtime.injection import inject
from scripts.local_stage.sagemaker_runtime.invocation import Invocation, call_containers
from scripts.local_stage.sagemaker_runtime.plans import DeploymentError, DeploymentPlan
from scripts.local_stage.sagemaker_runtime.replies import HttpReply
from scripts.local_stage.sagemaker_runtime.traffic import RolledBackError, Traffic
from scripts.local_stage.service_metrics import ServiceMetrics

IDLE_CONNECTION_SECONDS = 1.5
"""Shorter than any server's keep-alive (gunicorn's is 2 s), so that no call meets a closing connection."""


class WriteLog(Protocol):
    """`LogWriter`."""

    def write(self, group: str, stream: str, message: str, timestamp_ms: int) -> None:
        """Queue one log event."""


class SageMakerPlane:
    """Endpoints and their containers, on one asyncio loop; `endpoint_changed` may come from any thread."""

    def __init__(
        self,
        control_plane: ControlPlane,
        images: ImageCommands,
        folder: Path,
        faults: Faults,
        log: WriteLog,
        guard: ProcessGuard,
        timeout_seconds: float = 60.0,
        metrics: ServiceMetrics | None = None,
    ) -> None:
        """`folder` is where containers' models are unpacked; it is the plane's own."""
        self._control_plane = control_plane
        self._images = images
        self._folder = folder
        self._faults = faults
        self._log = log
        self._metrics = metrics
        self._guard = guard
        self._timeout = aiohttp.ClientTimeout(total=timeout_seconds)
        self._traffic = Traffic()
        self._deployments: dict[str, asyncio.Task[None]] = {}
        self._leaving: set[asyncio.Task[Any]] = set()

    async def start(self) -> None:
        """Bind to the running loop; call before anything else."""
        self._loop = asyncio.get_running_loop()
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_CONNECTION_SECONDS)
        self._session = aiohttp.ClientSession(connector=connector, auto_decompress=False)
        self._starter = FleetStarter(
            self._control_plane, self._images, self._folder, self._guard, self._session
        )

    async def close(self) -> None:
        """Stop every container."""
        deployments = list(self._deployments.values())
        for task in deployments:
            task.cancel()
        await asyncio.gather(*deployments, return_exceptions=True)
        while self._leaving:  # with what the deployments had started
            await asyncio.gather(*self._leaving, return_exceptions=True)
        await asyncio.gather(*(fleet.stop() for fleet in self._traffic.take_all()))
        await self._session.close()

    def endpoint_changed(self, name: str) -> None:
        """Follow CreateEndpoint, UpdateEndpoint, DeleteEndpoint of `name`; returns at once."""
        self._loop.call_soon_threadsafe(self._follow, name)

    def capacities_changed(self, name: str) -> None:
        """Follow UpdateEndpointWeightsAndCapacities of `name`; returns at once."""
        self._loop.call_soon_threadsafe(self._weigh, name)

    def _weigh(self, name: str) -> None:
        fleet = self._traffic.fleet(name)
        if fleet is not None:
            fleet.weigh(self._control_plane.weights(name))

    def _follow(self, name: str) -> None:
        earlier = self._deployments.get(name)
        self._deployments[name] = self._loop.create_task(self._converge(name, earlier))

    async def _converge(self, name: str, earlier: asyncio.Task[None] | None) -> None:
        if earlier is not None:
            earlier.cancel()
            await asyncio.wait([earlier])
        try:
            plan = self._control_plane.plan(name)
            fleet = None if plan is None else await self._deploy(plan)
            if plan is not None and fleet is not None:
                await self._shift(plan, fleet)
        except DeploymentError as error:
            if self._deployments[name] is asyncio.current_task():  # else overtaken while it failed
                self._control_plane.fail(name, str(error))
            return
        except Exception as error:  # an endpoint that stays Creating would hide it
            self._control_plane.fail(name, f"The local stage failed: {error!r}")
            raise
        replaced = self._traffic.replace(name, fleet)
        if plan is not None:
            self._control_plane.complete(plan)
        if replaced is not None:
            self._drain(replaced)

    def _drain(self, fleet: Fleet) -> asyncio.Future[None]:
        """Begin to end a fleet; it ends, though who waits for that is cancelled."""
        task = self._loop.create_task(fleet.drain())
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)
        return asyncio.shield(task)

    async def _shift(self, plan: DeploymentPlan, fleet: Fleet) -> None:
        try:
            await self._traffic.shift(plan.endpoint, fleet, plan.rollout, self._control_plane.alarms_gone_off)
        except RolledBackError:
            self._control_plane.roll_back(plan.endpoint)
            await self._drain(fleet)
            raise
        except BaseException:  # overtaken by a deletion, or the stage's end
            self._drain(fleet)
            raise

    async def _deploy(self, plan: DeploymentPlan) -> Fleet:
        fault = self._faults.take_rollout(plan.endpoint)
        if fault is not None:
            await asyncio.sleep(fault.seconds)
            if fault.kind == "failed_rollout":
                raise DeploymentError(fault.message)
        group = f"/aws/sagemaker/Endpoints/{plan.endpoint}"
        self._control_plane.ensure_log_group(plan.region, group)

        def write_line(stream: str, line: str) -> None:
            self._log.write(group, stream, line, time.time_ns() // 1_000_000)

        fleet = Fleet(plan)
        try:
            await self._starter.start(fleet, write_line)
        except BaseException:
            await self._drain(fleet)
            raise
        return fleet

    async def invoke_endpoint(self, name: str, body: bytes, headers: Mapping[str, str]) -> HttpReply:
        """Answer InvokeEndpoint; `headers` are the request's and don't regard case (such as aiohttp's)."""
        fleet = self._traffic.fleet(name)
        if fleet is None:
            return replies.endpoint_not_found(name, self._control_plane.account)
        began = self._loop.time()
        reply = await self._invoke_or_fail(name, fleet, body, headers)
        if self._metrics is not None:
            variant = reply.headers.get("x-Amzn-Invoked-Production-Variant", fleet.variants[0].plan.name)
            self._metrics.model_call(name, variant, reply, self._loop.time() - began)
        return reply

    async def _invoke_or_fail(
        self, name: str, fleet: Fleet, body: bytes, headers: Mapping[str, str]
    ) -> HttpReply:
        fault = self._faults.take_invocation(name)
        if fault is None:
            return await self._invoke(name, fleet, body, headers)
        where = (name, fleet.plan.region, self._control_plane.account)
        return await inject(fault, lambda: self._invoke(name, fleet, body, headers), *where)

    async def _invoke(self, name: str, fleet: Fleet, body: bytes, headers: Mapping[str, str]) -> HttpReply:
        if fleet.plan.asynchronous:
            return replies.asynchronous_only(name)
        target = headers.get("X-Amzn-SageMaker-Target-Variant")
        variant = fleet.choose(target)
        if variant is None:
            return replies.variant_not_found(str(target), name)
        limit = replies.SERVERLESS_BODY_LIMIT if variant.plan.serverless else replies.BODY_LIMIT
        if len(body) > limit:
            return replies.body_too_large(limit)
        for shadow in fleet.choose_shadows():
            copy = self._loop.create_task(self._call(name, fleet, shadow, body, headers))
            self._leaving.add(copy)
            copy.add_done_callback(self._leaving.discard)
        return await self._call(name, fleet, variant, body, headers)

    async def _call(
        self, name: str, fleet: Fleet, variant: Variant, body: bytes, headers: Mapping[str, str]
    ) -> HttpReply:
        call = Invocation(
            name, fleet.plan.region, self._control_plane.account, variant, body, headers, self._timeout
        )
        fleet.leases += 1
        if self._metrics is not None and variant.plan.max_concurrency:
            share = fleet.leases / variant.plan.max_concurrency
            self._metrics.serverless_call(name, variant.plan.name, share)
        try:
            return await call_containers(self._session, call)
        finally:
            fleet.leases -= 1
