"""A stage that fails while it starts ends all the same, with nothing left open."""

import asyncio
from pathlib import Path

import pytest

from scripts.local_stage import stage as stage_module
from scripts.local_stage.options import Options
from scripts.local_stage.stage_record import StageDirectory
from tests.descriptors import open_descriptors

pytestmark = pytest.mark.functional


@pytest.mark.parametrize("step", ["apply_corrections", "create_state_bucket", "add_stage_api"])
def test_a_start_that_fails_is_taken_back(step: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server process could not end: it waited for a control plane that had never begun to serve."""

    def fail(*_: object) -> None:
        raise RuntimeError("no room")

    async def main() -> None:
        before = open_descriptors()
        stage = stage_module.Stage(StageDirectory("s", tmp_path), Options())
        with pytest.raises(RuntimeError, match="no room"):
            await stage.start()
        async with asyncio.timeout(60):
            await stage.stop()
        assert open_descriptors() <= before

    monkeypatch.setattr(stage_module, "create_state_bucket", lambda _: None)
    monkeypatch.setattr(stage_module, "apply_corrections", lambda _: None)
    monkeypatch.setattr(stage_module, step, fail)
    asyncio.run(main())
