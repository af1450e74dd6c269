"""What a benchmark asks of a stage, the stage still answers; how fast is `make bench`'s to say."""

import json

import pytest

from scripts.local_stage import lifecycle
from scripts.local_stage.stage_record import StageDirectory
from tests.checkout import Checkout

pytestmark = [pytest.mark.e2e, pytest.mark.slow, pytest.mark.xdist_group("examples")]


def test_the_whole_path_and_its_deployment_can_be_measured(checkout: Checkout) -> None:
    """On a stage of its own, which is down in the end: each hop's share of a request, and each step."""
    checkout.python("-m", "tests.perf", "--quick", "--only", "stage,terraform")
    measured = json.loads((checkout.root / "build/bench/results.json").read_text())["measurements"]
    assert set(measured) == {"stage", "terraform"}
    assert all(turn["requests_a_second"] > 0 for turn in measured["stage"]["throughput"].values())
    hops = measured["stage"]["processor_ms"]
    assert {hop for hop, share in hops.items() if share > 0} >= {"client", "gateway", "SageMaker runtime"}
    assert all(step > 0 for step in measured["terraform"]["seconds"].values())
    assert lifecycle.status(StageDirectory("bench", checkout.stage.path.parent)) is None
