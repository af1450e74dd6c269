"""The Lambda data plane: finds the function, keeps its limits, runs it in a sandbox."""

import asyncio
import os
from pathlib import Path

from scripts.local_stage.lambda_runtime.concurrency import ACCOUNT_LIMIT, Concurrency
from scripts.local_stage.lambda_runtime.failures import MAX_REQUEST_BYTES
from scripts.local_stage.lambda_runtime.functions import (
    FunctionVersion,
    Target,
    find_provisioned,
    find_target,
)
from scripts.local_stage.lambda_runtime.invocation import InvocationSource, InvokeResult, LambdaApiError
from scripts.local_stage.lambda_runtime.invocation_log import InvocationLog, WriteLog
from scripts.local_stage.lambda_runtime.permissions import check_permission
from scripts.local_stage.lambda_runtime.pool import SandboxPool
from scripts.local_stage.lambda_runtime.run import INIT_LIMIT_SECONDS, Runner
from scripts.local_stage.lambda_runtime.sandbox import Sandbox
from scripts.local_stage.lambda_runtime.sandbox_environment import Redirection
from scripts.local_stage.process_guard import ProcessGuard
from scripts.local_stage.service_metrics import ServiceMetrics

_MEMORY_CHECK_SECONDS = 0.1
_CHECKS_PER_SWEEP = 100
_PROVISION_SECONDS = 0.5


def default_sandbox_limit() -> int:
    """How many sandboxes this machine bears: four a core."""
    return 4 * (os.cpu_count() or 1)


class LambdaPlane:
    """Invokes the functions that exist in the control plane."""

    def __init__(
        self,
        *,
        account: str,
        region: str,
        directory: Path,
        redirection: Redirection,
        guard: ProcessGuard,
        log: WriteLog,
        sandbox_limit: int | None = None,
        account_concurrency: int = ACCOUNT_LIMIT,
        init_limit: float = INIT_LIMIT_SECONDS,
        metrics: ServiceMetrics | None = None,
    ) -> None:
        self._account = account
        self._region = region
        self._guard = guard
        self._log = log
        self._concurrency = Concurrency(account_concurrency)
        self._metrics = metrics
        self._pool = SandboxPool(sandbox_limit or default_sandbox_limit(), self._create)
        self._runner = Runner(self._pool, directory, redirection, init_limit, metrics)
        self._running: set[asyncio.Task[InvokeResult]] = set()
        self._not_startable: set[FunctionVersion] = set()
        self._watch = asyncio.create_task(self._watch_sandboxes())
        self._provision = asyncio.create_task(self._provision_sandboxes())

    async def invoke(
        self,
        function: str,
        payload: bytes,
        *,
        qualifier: str | None = None,
        source: InvocationSource | None = None,
        client_context: str | None = None,
        trace: str | None = None,
    ) -> InvokeResult:
        """Run one invocation and wait for its end.

        `function` is a name, a partial or a full ARN (a qualifier in it counts as `qualifier`).
        With `source` the function's resource policy must allow the caller.
        `client_context` is base64 as in X-Amz-Client-Context, `trace` an X-Amzn-Trace-Id.
        A caller that gives up does not end the function, as on AWS.

        Raises LambdaApiError: 403 AccessDeniedException, 404 ResourceNotFoundException,
        413 RequestTooLargeException, 429 TooManyRequestsException.
        """
        if len(payload) > MAX_REQUEST_BYTES:
            raise LambdaApiError(
                413,
                "RequestTooLargeException",
                f"Request must be smaller than {MAX_REQUEST_BYTES} bytes for the InvokeFunction operation",
            )
        target = find_target(function, qualifier, self._account, self._region)
        if source is not None:
            check_permission(target.statements, target.invoked_arn, source)
        task = asyncio.create_task(self._run(target, payload, client_context, trace))
        self._running.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    def find(self, function: str, qualifier: str | None) -> Target:
        """What an invocation would run; raises LambdaApiError as `invoke` does."""
        return find_target(function, qualifier, self._account, self._region)

    async def close(self) -> None:
        """End all invocations and sandboxes."""
        self._watch.cancel()
        self._provision.cancel()
        for task in list(self._running):
            task.cancel()
        await asyncio.gather(self._watch, self._provision, *self._running, return_exceptions=True)
        await self._pool.close()

    @property
    def sandboxes(self) -> int:
        """Number of sandboxes that exist."""
        return len(self._pool.sandboxes)

    async def _run(
        self, target: Target, payload: bytes, client_context: str | None, trace: str | None
    ) -> InvokeResult:
        try:
            with self._concurrency.slot(target) as running:
                if self._metrics is not None:
                    self._metrics.concurrency(target, running)
                return await self._runner.run(target, payload, client_context, trace)
        except LambdaApiError as error:
            if error.status == 429 and self._metrics is not None:
                self._metrics.throttle(target)
            raise

    def _forget(self, task: asyncio.Task[InvokeResult]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # retrieved: the caller may have given up

    def _create(self, function: FunctionVersion) -> Sandbox:
        return Sandbox(function, InvocationLog(function, self._log), self._guard)

    async def _watch_sandboxes(self) -> None:
        checks = 0
        while True:
            await asyncio.sleep(_MEMORY_CHECK_SECONDS)
            for sandbox in list(self._pool.sandboxes):
                sandbox.check_memory()
            checks += 1
            if checks % _CHECKS_PER_SWEEP == 0:
                await self._pool.sweep()

    async def _provision_sandboxes(self) -> None:
        """Keep as many sandboxes as provisioned concurrency asks for, as far as they fit; one at a time."""
        while True:
            await asyncio.sleep(_PROVISION_SECONDS)
            for target, number in find_provisioned(self._account, self._region):
                if target.version in self._not_startable:
                    continue
                if not await self._runner.start_ahead(target, number):
                    self._not_startable.add(target.version)  # it would fail again
