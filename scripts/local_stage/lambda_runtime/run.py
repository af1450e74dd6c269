"""One invocation from START to REPORT.

Init, simpler than Lambda's but with the same outcome: a new sandbox has 10 s to get ready.
When that fails, the invocation begins all the same, starts a second sandbox inside its own timeout
(Lambda's "suppressed init"), and fails only when that fails, too.
https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html
"""

import asyncio
import contextlib
import time
import uuid
import zipfile
from pathlib import Path

from scripts.local_stage.lambda_runtime.code import unpack
from scripts.local_stage.lambda_runtime.failures import (
    FunctionError,
    InitTimeoutError,
    NotRunnableError,
    SandboxError,
    TaskTimeoutError,
)
from scripts.local_stage.lambda_runtime.functions import Target
from scripts.local_stage.lambda_runtime.interpreter import Interpreter, Interpreters, NoInterpreterError
from scripts.local_stage.lambda_runtime.invocation import InvokeResult
from scripts.local_stage.lambda_runtime.platform_log import Report, platform_log
from scripts.local_stage.lambda_runtime.pool import SandboxPool
from scripts.local_stage.lambda_runtime.role_session import role_session
from scripts.local_stage.lambda_runtime.runtime_api import Invocation
from scripts.local_stage.lambda_runtime.sandbox import Sandbox
from scripts.local_stage.lambda_runtime.sandbox_environment import Redirection
from scripts.local_stage.lambda_runtime.tracing import trace_header
from scripts.local_stage.service_metrics import ServiceMetrics

INIT_LIMIT_SECONDS = 10.0


class Runner:
    """Runs invocations in the sandboxes of a pool."""

    def __init__(
        self,
        pool: SandboxPool,
        directory: Path,
        redirection: Redirection,
        init_limit: float = INIT_LIMIT_SECONDS,
        metrics: ServiceMetrics | None = None,
    ) -> None:
        """Code, runtimes and scratch space go below `directory`."""
        self._pool = pool
        self._interpreters = Interpreters(directory / "runtime")
        self._directory = directory
        self._redirection = redirection
        self._init_limit = init_limit
        self._metrics = metrics
        self._preparing = asyncio.Lock()

    async def run(
        self, target: Target, event: bytes, client_context: str | None = None, trace: str | None = None
    ) -> InvokeResult:
        """Run one event to its end, whatever that is."""
        sandbox, is_new = await self._pool.acquire(target.version)
        with contextlib.ExitStack() as cleanup:
            cleanup.callback(lambda: self._pool.release(sandbox))
            sandbox.log.begin()
            init_ms = None
            if is_new:
                sandbox, init_ms = await self._initialize(target, sandbox)
            return await self._invoke(
                target, sandbox, _invocation(target, event, client_context, trace), init_ms
            )

    async def start_ahead(self, target: Target, number: int) -> bool:
        """Start one sandbox if fewer than `number` are there; False when it failed to start."""
        sandbox = self._pool.add_ahead(target.version, number)
        if sandbox is None:
            return True
        sandbox.log.write_all(platform_log(target.version).init_start())
        try:
            await self._start(target, sandbox, self._init_limit)
        except SandboxError as failure:
            sandbox.log.write_all(platform_log(target.version).init_failed(0, failure))
        finally:
            self._pool.release(sandbox)
        return sandbox.is_alive

    async def _invoke(
        self, target: Target, sandbox: Sandbox, invocation: Invocation, init_ms: float | None
    ) -> InvokeResult:
        function = target.version
        lines = platform_log(function)
        failure: FunctionError | None = None
        sandbox.log.write_all(lines.start(invocation.request_id))
        began = time.perf_counter()
        try:
            if not sandbox.has_started:
                await self._initialize_again(target, sandbox, invocation.request_id)
            spent = time.perf_counter() - began
            payload = await sandbox.invoke(invocation, max(0.0, function.timeout_seconds - spent))
        except FunctionError as caught:
            failure, payload = caught, caught.payload
        report = Report(
            request_id=invocation.request_id,
            duration_ms=1e3 * (time.perf_counter() - began),
            init_ms=init_ms,
            peak_mb=sandbox.peak_mb,
            trace_header=invocation.headers["Lambda-Runtime-Trace-Id"],
            failure=failure,
        )
        sandbox.log.write_all(lines.end(report))
        if self._metrics is not None:
            self._metrics.invocation(target, report.duration_ms, failed=failure is not None)
        return InvokeResult(
            status=200,
            payload=payload,
            function_error="Unhandled" if failure is not None else None,
            executed_version=function.version,
            log_tail=sandbox.log.tail(),
        )

    async def _initialize(self, target: Target, sandbox: Sandbox) -> tuple[Sandbox, float | None]:
        """The started sandbox and its init time; a fresh one that is not started when that failed."""
        lines = platform_log(target.version)
        sandbox.log.write_all(lines.init_start())
        began = time.perf_counter()
        try:
            return sandbox, await self._start(target, sandbox, self._init_limit)
        except SandboxError as failure:
            milliseconds = 1e3 * (time.perf_counter() - began)
            sandbox.log.write_all(lines.init_failed(milliseconds, failure))
            fresh = self._pool.replace(sandbox, target.version)
            fresh.log = sandbox.log
            return fresh, None

    async def _initialize_again(self, target: Target, sandbox: Sandbox, request_id: str) -> None:
        limit = target.version.timeout_seconds
        try:
            await self._start(target, sandbox, limit)
        except InitTimeoutError:
            raise TaskTimeoutError(request_id, limit) from None

    async def _start(self, target: Target, sandbox: Sandbox, limit: float) -> float:
        try:
            async with self._preparing:
                interpreter, task = await asyncio.to_thread(self._prepare, target)
        except SandboxError:
            sandbox.is_alive = False
            raise
        scratch = self._directory / "tmp" / uuid.uuid4().hex
        credentials = role_session(target.version)
        return await sandbox.start(interpreter, task, scratch, self._redirection, limit, credentials)

    def _prepare(self, target: Target) -> tuple[Interpreter, Path]:
        function = target.version
        if function.package_type != "Zip":
            raise NotRunnableError("the local stage runs functions from a zip, not from a container image")
        try:
            interpreter = self._interpreters.find(function.runtime, function.architecture)
            return interpreter, unpack(target.code, function.code_sha256, self._directory / "sandboxes")
        except NoInterpreterError as error:
            raise NotRunnableError(str(error)) from error
        except zipfile.BadZipFile as error:
            raise NotRunnableError(f"the function's code is no zip: {error}") from error


def _invocation(
    target: Target, event: bytes, client_context: str | None, incoming_trace: str | None
) -> Invocation:
    request_id = str(uuid.uuid4())
    deadline = int(1000 * (time.time() + target.version.timeout_seconds))
    headers = {
        "Lambda-Runtime-Aws-Request-Id": request_id,
        "Lambda-Runtime-Deadline-Ms": str(deadline),
        "Lambda-Runtime-Invoked-Function-Arn": target.invoked_arn,
        "Lambda-Runtime-Trace-Id": trace_header(incoming_trace, target.version.tracing == "Active"),
    }
    if client_context:
        headers["Lambda-Runtime-Client-Context"] = client_context
    return Invocation(request_id, event, headers)
