"""The bench measures what it says; how fast the handler is, is for `make bench` to say, not for a test."""

import json

import pytest

from tests.fake_lambda import FakeContext
from tests.perf import bench_handler

pytestmark = pytest.mark.functional


def test_both_handlers_answer_the_same() -> None:
    """A race between two handlers that compute different things would say nothing."""
    event = bench_handler.make_event(bench_handler.make_body(50))
    contenders = bench_handler.make_contenders()
    bodies = {name: json.loads(made(event, FakeContext())["body"]) for name, made in contenders.items()}
    ours = [prediction["count"] for prediction in bodies["ours"]["predictions"]]
    assert ours == pytest.approx(bodies["tutorial"], abs=5.1e-5)  # ours are rounded to four digits
    assert bodies["quiet"] == bodies["tutorial"]
    assert bodies["floor"] == json.loads(event["body"])


def test_memory_grows_with_rows_and_no_faster() -> None:
    """Allocations are counted, not sampled, so this doesn't depend on the machine."""
    small, large = bench_handler.peak_bytes(2_000), bench_handler.peak_bytes(8_000)
    assert large / small == pytest.approx(4, rel=0.1)
