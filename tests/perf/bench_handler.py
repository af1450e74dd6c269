"""How long the handler takes, and how much memory, beside a tutorial's handler and beside JSON alone.

    PYTHONPATH=lambda python -m tests.perf.bench_handler [--quick]

The floor is json.loads and json.dumps of the very same request body: reading and writing JSON takes that
long. The call of SageMaker is replaced for both handlers by a client in the process that returns replies
computed beforehand. Times are processor time, so that other work on the machine counts less; ratios come from
one run, with all taking turns, and the best of their times.
`quiet` is the tutorial's handler without its habit of logging and re-serialising the event.
"""

import argparse
import gc
import json
import random
import tracemalloc
from time import perf_counter, process_time
from typing import Any

from tests.fake_lambda import FakeContext
from tests.handler_module import make_handler
from tests.perf.tutorial_handler import Handler, make_tutorial_handler

ROWS = (1, 100, 1_000, 10_000)
MEMORY_ROWS = (1_000, 2_500, 5_000, 7_500, 10_000)
FASTER_THAN_TUTORIAL_AT_1K = 12.0
SLOWER_THAN_FLOOR_AT_10K = 1.6
_IN_A_ROW = 5
"""Calls of one contender before the next has its turn: the first ones find cold caches."""
_SECONDS = {True: 0.5, False: 5.0}


class ClientInMemory:
    """Answers what a model answered, by the number of rows asked for."""

    def __init__(self) -> None:
        self._replies: dict[int, bytes] = {}

    def invoke_endpoint(self, *, Body: bytes, **_: Any) -> dict[str, Any]:  # noqa: N803 - boto3's name
        n_rows = Body.count(b"\n") + 1
        if n_rows not in self._replies:
            draw = random.Random(n_rows)
            self._replies[n_rows] = "".join(f"{draw.uniform(0.5, 6.9)!r}\n" for _ in range(n_rows)).encode()
        return {"Body": _Stream(self._replies[n_rows])}


class _Stream:
    def __init__(self, content: bytes) -> None:
        self._content = content

    def read(self) -> bytes:
        return self._content


def make_body(n_rows: int) -> str:
    """A request of the course's shape, with values in the steps in which that data was measured."""
    draw = random.Random(7)
    instances = []
    for _ in range(n_rows):
        day = f"{draw.choice((2011, 2012))}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
        row = [
            f"{day} {draw.randint(0, 23):02}:00:00",
            draw.randint(1, 4),
            draw.randint(0, 1),
            draw.randint(0, 1),
            draw.randint(1, 4),
            round(0.82 * draw.randint(1, 50), 2),
            round(0.758 * draw.randint(1, 60), 3),
            draw.randint(0, 100),
            draw.choice((0, 6.0032, 7.0015, 8.9981, 11.0014, 12.998, 15.0013, 16.9979, 19.0012, 26.0027)),
        ]
        instances.append({"features": row})
    return json.dumps({"instances": instances})


def make_event(body: str) -> dict[str, Any]:
    return {
        "resource": "/predict",
        "path": "/predict",
        "httpMethod": "POST",
        "headers": {"Content-Type": "application/json"},
        "requestContext": {"requestId": "bench"},
        "body": body,
        "isBase64Encoded": False,
    }


def _floor(event: Any, _: Any) -> dict[str, Any]:
    return {"statusCode": 200, "body": json.dumps(json.loads(event["body"]))}


def _parsing(handler: Handler) -> Handler:
    """A handler of parsed events, with the parsing that the runtime does for it counted in."""
    return lambda event, context: handler(json.loads(event["body"]), context)


def make_contenders() -> dict[str, Handler]:
    client = ClientInMemory()
    return {
        "tutorial": _parsing(make_tutorial_handler(client, "bench", lambda _: None, chatty=True)),
        "quiet": _parsing(make_tutorial_handler(client, "bench", lambda _: None, chatty=False)),
        "ours": make_handler(client, lambda _: None),
        "floor": _floor,
    }


def _best_times(n_rows: int, seconds: float) -> dict[str, float]:
    """Milliseconds of each contender: the best of as many turns as fit in `seconds`."""
    contenders = make_contenders()
    event, context = make_event(make_body(n_rows)), FakeContext(seconds=900)
    best: dict[str, float] = {}
    ends = perf_counter() + seconds
    while len(best) < len(contenders) or perf_counter() < ends:
        for name, handler in contenders.items():
            for _ in range(_IN_A_ROW):
                began = process_time()
                response = handler(event, context)
                took = (process_time() - began) * 1000
                if response["statusCode"] != 200:
                    raise RuntimeError(f"{name} answered {response['statusCode']}: {response['body'][:200]}")
                best[name] = min(took, best.get(name, took))
    return best


def peak_bytes(n_rows: int) -> int:
    """What one request allocates at its peak, beyond the event itself (numpy reports to tracemalloc)."""
    handler = make_contenders()["ours"]
    event, context = make_event(make_body(n_rows)), FakeContext(seconds=900)
    handler(event, context)
    gc.collect()
    tracemalloc.start()
    handler(event, context)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def run(quick: bool) -> dict[str, Any]:
    """Measure; `times` are milliseconds by rows, `memory` bytes by rows, `targets` what was asked for."""
    times = {n_rows: _best_times(n_rows, _SECONDS[quick]) for n_rows in ROWS}
    memory = {n_rows: peak_bytes(n_rows) for n_rows in MEMORY_ROWS}
    per_row = [peak / n_rows for n_rows, peak in memory.items()]
    faster = times[1_000]["tutorial"] / times[1_000]["ours"]
    slower = times[10_000]["ours"] / times[10_000]["floor"]
    return {
        "times": times,
        "memory": memory,
        "targets": {
            "times the tutorial's speed at 1k rows": _target(
                faster, FASTER_THAN_TUTORIAL_AT_1K, at_least=True
            ),
            "times the floor's time at 10k rows": _target(slower, SLOWER_THAN_FLOOR_AT_10K, at_least=False),
            "largest over smallest bytes a row": _target(max(per_row) / min(per_row), 1.25, at_least=False),
        },
    }


def _target(measured: float, wanted: float, *, at_least: bool) -> dict[str, Any]:
    met = measured >= wanted if at_least else measured <= wanted
    return {"measured": round(measured, 2), "wanted": wanted, "at_least": at_least, "met": met}


def main() -> int:
    """Print the tables; exit 1 if a target isn't met."""
    arguments = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    arguments.add_argument("--quick", action="store_true", help="measure for seconds instead of tens of them")
    result = run(arguments.parse_args().quick)
    print(
        f"{'rows':>7} {'tutorial':>9} {'quiet':>9} {'ours':>8} {'floor':>8}"
        "   tutorial/ours quiet/ours ours/floor"
    )
    for n_rows, best in result["times"].items():
        tutorial, quiet, ours, floor = (best[name] for name in ("tutorial", "quiet", "ours", "floor"))
        ratios = f"{tutorial / ours:>15.1f} {quiet / ours:>10.1f} {ours / floor:>10.2f}"
        print(f"{n_rows:>7} {tutorial:>9.3f} {quiet:>9.3f} {ours:>8.3f} {floor:>8.3f} {ratios}")
    for n_rows, peak in result["memory"].items():
        print(f"{n_rows:>7} rows: {peak / 1e6:6.2f} MB at the peak, {peak / n_rows:6.0f} bytes a row")
    for name, target in result["targets"].items():
        sign = "≥" if target["at_least"] else "≤"
        verdict = "met" if target["met"] else "MISSED"
        print(f"{target['measured']:>7} {name} (wanted {sign} {target['wanted']}): {verdict}")
    return 0 if all(target["met"] for target in result["targets"].values()) else 1


if __name__ == "__main__":
    raise SystemExit(main())
