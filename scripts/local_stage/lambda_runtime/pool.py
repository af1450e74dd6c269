"""Which sandbox an invocation gets: a warm one, else a new one, else the next that becomes free.

Lambda starts a sandbox for every concurrent event; a laptop can't. So no more than `limit` run at a time,
all functions together, and what goes beyond waits in line. Concurrency limits are `concurrency.py`'s matter
and count what waits, too.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable

from scripts.local_stage.lambda_runtime.functions import FunctionVersion
from scripts.local_stage.lambda_runtime.sandbox import Sandbox

IDLE_LIMIT_SECONDS = 600.0


class SandboxPool:
    """All sandboxes of a stage."""

    def __init__(self, limit: int, create: Callable[[FunctionVersion], Sandbox]) -> None:
        self._limit = limit
        self._create = create
        self._idle: dict[FunctionVersion, list[Sandbox]] = {}
        self._waiting: deque[tuple[FunctionVersion, asyncio.Future[Sandbox | None]]] = deque()
        self.sandboxes: set[Sandbox] = set()

    async def acquire(self, function: FunctionVersion) -> tuple[Sandbox, bool]:
        """A sandbox for one event, and whether it is new: not started yet. Give it back with `release`."""
        while True:
            idle = self._idle.get(function)
            while idle:
                sandbox = idle.pop()
                if sandbox.is_alive:
                    return sandbox, False
                self.sandboxes.discard(sandbox)
            if len(self.sandboxes) < self._limit or await self._evict():
                return self.replace(None, function), True
            turn: asyncio.Future[Sandbox | None] = asyncio.get_running_loop().create_future()
            self._waiting.append((function, turn))
            given = await turn
            if given is not None and given.is_alive:
                return given, False

    def add_ahead(self, function: FunctionVersion, number: int) -> Sandbox | None:
        """A new sandbox if there are fewer than `number` and there is room; give it back with `release`."""
        alive = sum(sandbox.function == function and sandbox.is_alive for sandbox in self.sandboxes)
        if alive >= number or len(self.sandboxes) >= self._limit:
            return None
        return self.replace(None, function)

    def replace(self, dead: Sandbox | None, function: FunctionVersion) -> Sandbox:
        """A new sandbox, in place of `dead` if there is one."""
        if dead is not None:
            self.sandboxes.discard(dead)
        sandbox = self._create(function)
        self.sandboxes.add(sandbox)
        return sandbox

    def release(self, sandbox: Sandbox) -> None:
        """Take a sandbox back: to whoever waits for its function, else to the idle ones."""
        if not sandbox.is_alive:
            self.sandboxes.discard(sandbox)
            self._wake_one()
            return
        for entry in self._waiting:
            function, turn = entry
            if function == sandbox.function and not turn.done():
                self._waiting.remove(entry)
                turn.set_result(sandbox)
                return
        self._idle.setdefault(sandbox.function, []).append(sandbox)
        self._wake_one()

    async def sweep(self) -> None:
        """End sandboxes that nobody used for IDLE_LIMIT_SECONDS."""
        oldest = time.monotonic() - IDLE_LIMIT_SECONDS
        for idle in list(self._idle.values()):
            for sandbox in [sandbox for sandbox in idle if sandbox.idle_since < oldest]:
                idle.remove(sandbox)
                await sandbox.kill()
                self.sandboxes.discard(sandbox)

    async def close(self) -> None:
        """End all sandboxes."""
        await asyncio.gather(*(sandbox.kill() for sandbox in self.sandboxes))
        self.sandboxes.clear()
        self._idle.clear()

    async def _evict(self) -> bool:
        """Make room: end the sandbox that has been idle longest."""
        idle = [sandbox for sandboxes in self._idle.values() for sandbox in sandboxes]
        if not idle:
            return False
        victim = min(idle, key=lambda sandbox: sandbox.idle_since)
        self._idle[victim.function].remove(victim)
        await victim.kill()  # till then it counts: nobody else takes its room, and `close` waits for it
        self.sandboxes.discard(victim)
        return True

    def _wake_one(self) -> None:
        while self._waiting:
            _, turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(None)
                return
