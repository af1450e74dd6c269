"""Which sandbox takes an event when there is no room for another."""

import asyncio
from typing import Any

import pytest

from scripts.local_stage.lambda_runtime.pool import SandboxPool

pytestmark = pytest.mark.unit


class SlowToEnd:
    """As much of a sandbox as a pool sees; it ends when the test lets it."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.is_alive = True
        self.idle_since = 0.0
        self.may_end = asyncio.Event()

    async def kill(self) -> None:
        await self.may_end.wait()
        self.is_alive = False


def test_a_sandbox_that_makes_room_counts_until_it_has_ended() -> None:
    """Two others want its place: neither starts beside it, and one after it."""

    async def scenario() -> None:
        create: Any = SlowToEnd
        pool = SandboxPool(1, create)
        first, _ = await pool.acquire("a")  # type: ignore[arg-type]
        pool.release(first)
        others = [asyncio.create_task(pool.acquire(name)) for name in "bc"]  # type: ignore[arg-type]
        await asyncio.sleep(0)
        assert pool.sandboxes == {first}
        first.may_end.set()  # type: ignore[attr-defined]
        async with asyncio.timeout(60):
            second, is_new = await others[0]
            assert is_new and pool.sandboxes == {second}
            second.may_end.set()  # type: ignore[attr-defined]
            pool.release(second)
            third, is_new = await others[1]
        assert is_new and pool.sandboxes == {third}

    asyncio.run(scenario())
