"""The bench's own tools: the load client counts what happened, and results become text in the right place."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from tests.loopback_model import LoopbackModel, refusal, reply, reset
from tests.perf import __main__ as bench
from tests.perf import timing
from tests.perf.load_client import Outcome, send_all
from tests.perf.report import BEGIN, END, write_docs
from tests.perf.tables import targets_table

pytestmark = pytest.mark.functional

TARGET = {"measured": 227.02, "wanted": 300.0, "at_least": True, "met": False}
RESULTS: dict[str, Any] = {
    "date": "2026-01-31",
    "quick": True,
    "machine": {
        "processor": "Intel(R) Xeon(R) CPU @ 2.80GHz",
        "cores": 2,
        "system": "Linux x86_64",
        "python": "3.11.7",
        "load": [0.1, 0.1, 0.1],
    },
    "load_after": [1.5, 1.0, 1.0],
    "measurements": {
        "terraform": {"seconds": {"terraform apply": 16.31}, "resources": 44, "targets": {"x": TARGET}}
    },
}


def _send(model: LoopbackModel, connections: int, requests: int) -> Outcome:
    sent = send_all("POST", f"{model.url}/a", {"x-api-key": "k"}, "1,2", connections, requests, seconds=10.0)
    return asyncio.run(sent)


def test_every_request_is_sent_once_and_timed() -> None:
    """However many connections share them."""
    with LoopbackModel() as model:
        model.always(reply(b"6.349314\n"))
        outcome = _send(model, connections=3, requests=20)
    assert outcome.statuses == {"200": 20}
    assert len(outcome.latencies_ms) == 20
    assert len(model.received) == 20
    assert {(call.path, call.body, call.headers["x-api-key"]) for call in model.received} == {
        ("/a", b"1,2", "k")
    }


def test_refusals_and_broken_connections_are_counted_not_timed() -> None:
    """A fast refusal is no throughput."""
    with LoopbackModel() as model:
        model.will(reply(b"1"), refusal(503, "ServiceUnavailable"), reset)
        outcome = _send(model, connections=1, requests=3)
    assert outcome.statuses == {"0": 1, "200": 1, "503": 1}
    assert len(outcome.latencies_ms) == 1


def test_a_missed_target_is_said() -> None:
    """Benchmarks are no tests: the table is where it shows."""
    assert targets_table(RESULTS["measurements"]).rows == [("x", "≥ 300", "227.02", "no")]


def test_the_page_keeps_what_people_wrote(tmp_path: Path) -> None:
    """Only what stands between the marks is replaced."""
    page = tmp_path / "performance.md"
    page.write_text(f"# Before\n{BEGIN}\nold\n{END}\nafter\n")
    write_docs(RESULTS, page)
    text = page.read_text()
    assert text.startswith(
        f"# Before\n{BEGIN}\n\nA quick run of 2026-01-31 on 2 cores of Intel Xeon, Linux x86_64"
    )
    assert "| terraform apply | 16.3 |" in text
    assert "had nothing else to do" in text
    assert text.endswith(f"{END}\nafter\n")
    assert "old" not in text


def test_the_page_has_its_marks() -> None:
    """Else a long run would end with nowhere to write."""
    text = bench.PAGE.read_text()
    assert text.count(BEGIN) == text.count(END) == 1


def test_docs_want_a_whole_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Numbers of several runs must not stand side by side."""
    with pytest.raises(SystemExit) as stopped:
        bench.main(["--only", "handler", "--write-docs"])
    assert stopped.value.code == 2
    assert "leave --only out" in capsys.readouterr().err


def test_a_clock_that_stands_still_now_and_then_makes_nothing_free(monkeypatch: pytest.MonkeyPatch) -> None:
    """As that of processor time does: a function of 2 µs takes 2 µs, and not none."""
    now = {"s": 0.0, "calls": 0.0}

    def work() -> None:
        now["calls"] += 1
        now["s"] += 2e-6 if now["calls"] % 100 else 0.0

    monkeypatch.setattr(timing, "process_time", lambda: now["s"])
    monkeypatch.setattr(timing, "perf_counter", lambda: now["s"])
    assert timing.best_ms(work, 0.1) == pytest.approx(2e-3, rel=0.03)
