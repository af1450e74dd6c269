"""Fixtures that several modules of this tier share."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws

from tests.functional.lambda_stage import REGION, Scenario, lambda_stage
from tests.functional.smoke_world import LoopbackStage, World


@pytest.fixture
def moto_backends(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """moto's store, of this process alone."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield


@pytest.fixture
def play(tmp_path: Path, moto_backends: None) -> Any:
    """Run a scenario on a stage with options."""

    def run(scenario: Scenario, **options: Any) -> None:
        async def main() -> None:
            async with lambda_stage(tmp_path, **options) as stage:
                await scenario(stage)

        asyncio.run(main())

    return run


@pytest.fixture
def smoke_stage() -> Iterator[LoopbackStage]:
    """A stage URL whose behaviour a test chooses."""
    stage = LoopbackStage()
    yield stage
    assert stage.behaviour.unexpected == []
    stage.close()


@pytest.fixture
def world(smoke_stage: LoopbackStage, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    """A stack in moto's store, right in all that the smoke test looks at, behind that URL."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield World(smoke_stage.url)
