"""One sandbox: a process of AWS's runtime client with the function's code, serving one event at a time."""

import asyncio
import contextlib
import os
import shutil
import time
from pathlib import Path

from scripts.local_stage.lambda_runtime.failures import (
    FunctionError,
    InitTimeoutError,
    NotRunnableError,
    OutOfMemoryError,
    RuntimeExitedError,
    SandboxError,
    TaskTimeoutError,
)
from scripts.local_stage.lambda_runtime.functions import FunctionVersion
from scripts.local_stage.lambda_runtime.interpreter import Interpreter
from scripts.local_stage.lambda_runtime.invocation_log import InvocationLog
from scripts.local_stage.lambda_runtime.output import LineReader
from scripts.local_stage.lambda_runtime.role_session import STAGE_OWNER, Credentials
from scripts.local_stage.lambda_runtime.runtime_api import Invocation, RuntimeApi
from scripts.local_stage.lambda_runtime.sandbox_environment import Redirection, sandbox_environment
from scripts.local_stage.process_guard import ProcessGuard, kill_group

_PAGE_MB = os.sysconf("SC_PAGE_SIZE") / 2**20


class Sandbox:
    """Serves one version of a function. `start` once, then `invoke` one after the other."""

    def __init__(self, function: FunctionVersion, log: InvocationLog, guard: ProcessGuard) -> None:
        """`log` gets each line that the process writes."""
        self.function = function
        self.log = log
        self.has_started = False
        self.is_alive = True
        self.idle_since = time.monotonic()
        self.peak_mb = 0.0
        self._guard = guard
        self._api = RuntimeApi(self._became_ready, self._got_result)
        self._ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._result: asyncio.Future[bytes] | None = None
        self._request_id = ""
        self._process: asyncio.subprocess.Process | None = None
        self._ended: asyncio.Task[None] | None = None
        self._output: LineReader | None = None
        self._is_over_memory = False

    async def start(
        self,
        interpreter: Interpreter,
        task: Path,
        scratch: Path,
        redirection: Redirection,
        limit: float,
        credentials: Credentials = STAGE_OWNER,
    ) -> float:
        """Run the init phase, for at most `limit` seconds; its duration in milliseconds.

        Raises SandboxError; the sandbox is dead then.
        """
        self.has_started = True
        began = time.perf_counter()
        await self._spawn(interpreter, task, scratch, redirection, credentials)
        try:
            async with asyncio.timeout(limit):
                await asyncio.shield(self._ready)
        except TimeoutError:
            await self.kill()
            raise InitTimeoutError(limit) from None
        except SandboxError:
            await self.kill()
            raise
        self.check_memory()
        return 1e3 * (time.perf_counter() - began)

    async def _spawn(
        self,
        interpreter: Interpreter,
        task: Path,
        scratch: Path,
        redirection: Redirection,
        credentials: Credentials,
    ) -> None:
        """Listen and start the process; when that fails or is cancelled, nothing of it stays open."""
        async with contextlib.AsyncExitStack() as undo:
            undo.callback(setattr, self, "is_alive", False)
            undo.callback(shutil.rmtree, scratch, ignore_errors=True)
            scratch.mkdir(parents=True, exist_ok=True)
            undo.push_async_callback(self._api.close)
            address = await self._api.listen()
            output = LineReader(self.log.write)
            undo.callback(output.abandon)
            # -S: the function sees its own code and the runtime's packages, not this environment's
            command = [interpreter.executable, "-S", "-B", "-m", "awslambdaric", self.function.handler]
            try:
                self._process = await self._guard.spawn(
                    command,
                    environment=sandbox_environment(
                        self.function,
                        interpreter,
                        task,
                        scratch,
                        address,
                        self.log.stream,
                        redirection,
                        credentials,
                    ),
                    directory=task,
                    stdout=output.write_end,
                    stderr=output.write_end,
                )
            except OSError as error:
                raise NotRunnableError(f"{interpreter.executable} doesn't start: {error}") from error
            undo.pop_all()
        self._output = output
        self._output.start()
        self._ended = asyncio.create_task(self._wait_for_end(scratch))

    async def invoke(self, invocation: Invocation, limit: float) -> bytes:
        """Let the handler work on one event, for at most `limit` seconds; its answer.

        Raises FunctionError; the sandbox lives on unless it is a SandboxError.
        """
        if not self.is_alive:
            raise RuntimeExitedError(invocation.request_id, self._exit_code())
        self._request_id = invocation.request_id
        result: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._result = result
        timer = asyncio.get_running_loop().call_later(limit, self._time_out)
        self._api.send(invocation)
        try:
            return await result
        except SandboxError:
            await self.kill()
            raise
        finally:
            timer.cancel()
            self._result = None
            self.idle_since = time.monotonic()
            if self._output is not None:
                self._output.drain()

    async def kill(self) -> None:
        """End the process and wait until it is gone."""
        self.is_alive = False
        if self._process is not None and self._process.returncode is None:
            kill_group(self._process.pid)
        if self._ended is not None:
            await asyncio.shield(self._ended)

    def check_memory(self) -> None:
        """Kill the process when it uses more than the function may; Linux only.

        What counts is its own resident memory, without its children's.
        """
        if self._process is None or not self.is_alive:
            return
        try:
            pages = int(Path(f"/proc/{self._process.pid}/statm").read_bytes().split()[1])
        except (OSError, IndexError):
            return
        used = pages * _PAGE_MB
        self.peak_mb = max(self.peak_mb, used)
        if used > self.function.memory_mb:
            self._is_over_memory = True
            kill_group(self._process.pid)

    def _became_ready(self) -> None:
        if not self._ready.done():
            self._ready.set_result(None)

    def _got_result(self, request_id: str, result: bytes | FunctionError) -> None:
        if not request_id and isinstance(result, FunctionError):
            _fail(self._ready, result)
        elif self._result is not None and request_id == self._request_id and not self._result.done():
            if isinstance(result, FunctionError):
                _fail(self._result, result)
            else:
                self._result.set_result(result)

    def _time_out(self) -> None:
        self._fail_all(TaskTimeoutError(self._request_id, self.function.timeout_seconds))

    def _fail_all(self, failure: FunctionError) -> None:
        for future in (self._ready, self._result):
            if future is not None:
                _fail(future, failure)

    def _exit_code(self) -> int:
        return (self._process.returncode if self._process is not None else None) or 0

    async def _wait_for_end(self, scratch: Path) -> None:
        assert self._process is not None
        await self._process.wait()
        self.is_alive = False
        self._guard.ended(self._process)
        if self._output is not None:
            self._output.close()
        kind = OutOfMemoryError if self._is_over_memory else RuntimeExitedError
        self._fail_all(kind(self._request_id, self._exit_code()))
        with contextlib.suppress(OSError):
            await self._api.close()
        shutil.rmtree(scratch, ignore_errors=True)


def _fail(future: asyncio.Future[None] | asyncio.Future[bytes], failure: FunctionError) -> None:
    if not future.done():
        future.set_exception(failure)
        future.exception()  # retrieved: nobody may be waiting for it
