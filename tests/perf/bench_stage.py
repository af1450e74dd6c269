"""How fast the local stage answers, all the way: client, gateway, function, SageMaker's runtime, container.

Throughput is the best of several turns for each number of connections, with the latencies of that turn.
Where the time goes is told by processor time (what each process used, divided by requests) and by the clock
(what client, sandbox and function say of single requests, one after the other).
The gateway, Lambda's plane and SageMaker's runtime are one process: what each takes comes from driving the
gateway alone (a preflight, which it answers by itself) and the runtime alone.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median
from typing import Any

from botocore.awsrequest import AWSRequest

from scripts import ROOT
from tests.bike_rental import FEATURES, PAYLOAD_ROW
from tests.perf.deployment import Deployment, Live
from tests.perf.machine import CONTAINER, SANDBOXES, SERVER, ProcessorTime
from tests.perf.result import CannotMeasureError, Numbers, Say, target

REQUESTS_A_SECOND = 300.0
CONNECTIONS = {True: (1, 4, 8), False: (1, 2, 4, 8, 16)}
_REQUESTS = {True: 600, False: 2_000}
_TURNS = {True: 2, False: 4}
_SECONDS = {True: 6.0, False: 20.0}
"""A turn ends after this even if requests are left."""
_DRIVEN_AT = 4
"""Connections while processor time is taken."""
_LOG_PAUSE_SECONDS = 1.0
"""Log lines are written every 0.2 s."""
_DURATION = re.compile(r"^REPORT .*?\tDuration: ([\d.]+) ms")


def run(quick: bool, deployment: Deployment, say: Say) -> Numbers:
    """`throughput` by connections, `processor_ms` a request by hop, `clock_ms` of one request by hop."""
    live = deployment.live
    load = Load(live, _REQUESTS[quick], _SECONDS[quick], say)
    load.send(CONNECTIONS[quick][-1], load.predict, requests=100, what="warm up")
    clock = _read_clock(load, deployment)
    throughput = {count: _best(load, count, _TURNS[quick]) for count in CONNECTIONS[quick]}
    best = max(found["requests_a_second"] for found in throughput.values())
    return {
        "throughput": throughput,
        "processor_ms": _read_hops(load),
        "clock_ms": clock,
        "sandboxes": deployment.sandboxes,
        "targets": {"requests a second, the whole path": target(best, REQUESTS_A_SECOND, at_least=True)},
    }


class Load:
    """Sends requests from a process of its own and says what came of them."""

    def __init__(self, live: Live, requests: int, seconds: float, say: Say) -> None:
        self._live = live
        self._requests = requests
        self._seconds = seconds
        self._say = say
        body = json.dumps({"instances": [{"features": FEATURES}]})
        self.predict = {
            "method": "POST",
            "url": live.url,
            "headers": {"x-api-key": live.api_key, "content-type": "application/json"},
            "body": body,
        }
        self.preflight = {
            "method": "OPTIONS",
            "url": live.url,
            "headers": {"origin": "https://example.com", "access-control-request-method": "POST"},
            "body": "",
        }
        asked = AWSRequest(
            "POST",
            live.endpoint_url,
            headers={"content-type": "text/csv", "accept": "text/csv"},
            data=PAYLOAD_ROW,
        )
        live.endpoint_signer.add_auth(asked)
        self.model = {
            "method": "POST",
            "url": live.endpoint_url,
            "headers": dict(asked.headers.items()),
            "body": PAYLOAD_ROW.decode(),
        }

    def send(
        self, connections: int, request: dict[str, Any], what: str, requests: int | None = None
    ) -> Numbers:
        """Load the stage once. Raises CannotMeasureError when an answer isn't a success."""
        self._say(f"{what}, {connections} connections")
        count = requests or self._requests
        order = {**request, "connections": connections, "requests": count, "seconds": self._seconds}
        taken = ProcessorTime(self._live.record.pid)
        client = subprocess.run(
            [sys.executable, "-m", "tests.perf.load_client"],
            input=json.dumps(order),
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        used, busy = taken.since(), taken.machine()
        if client.returncode != 0:
            raise CannotMeasureError(f"the load client failed: {client.stderr[-500:]}")
        outcome: dict[str, Any] = json.loads(client.stdout)
        latencies = outcome["latencies_ms"]
        failed = sum(outcome["statuses"].values()) - len(latencies)
        if failed or not latencies:
            raise CannotMeasureError(
                f"{what}: {failed} of {sum(outcome['statuses'].values())} requests failed, by status: "
                f"{outcome['statuses']}; the stage's log is build/local/{self._live.record.name}/stage.log"
            )
        used["client"] = outcome["processor_seconds"]
        others = None if busy is None else max(0.0, busy - sum(used.values())) / outcome["seconds"]
        return {
            "requests_a_second": len(latencies) / outcome["seconds"],
            "p50_ms": _percentile(latencies, 50),
            "p95_ms": _percentile(latencies, 95),
            "p99_ms": _percentile(latencies, 99),
            "processor_ms": {role: 1000 * seconds / len(latencies) for role, seconds in used.items()},
            "cores_busy_otherwise": others,
        }


def _percentile(sorted_values: list[float], percent: int) -> float:
    return sorted_values[min(len(sorted_values) - 1, len(sorted_values) * percent // 100)]


def _best(load: Load, connections: int, turns: int) -> Numbers:
    found = [
        load.send(connections, load.predict, what=f"turn {turn + 1} of {turns}") for turn in range(turns)
    ]
    best = max(found, key=lambda turn: float(turn["requests_a_second"]))
    return {**best, "turns": [turn["requests_a_second"] for turn in found]}


def _read_hops(load: Load) -> dict[str, float]:
    """Processor milliseconds a request by hop; empty where the system doesn't tell."""
    whole = load.send(_DRIVEN_AT, load.predict, what="the whole path")["processor_ms"]
    gateway = load.send(_DRIVEN_AT, load.preflight, what="the gateway alone")["processor_ms"]
    model = load.send(_DRIVEN_AT, load.model, what="SageMaker's runtime alone")["processor_ms"]
    if SERVER not in whole:
        return {}
    return {
        "client": whole["client"],
        "gateway": gateway[SERVER],
        "Lambda plane": max(0.0, whole[SERVER] - gateway[SERVER] - model[SERVER]),
        "sandbox": whole.get(SANDBOXES, 0.0),
        "SageMaker runtime": model[SERVER],
        "container": whole.get(CONTAINER, 0.0),
    }


def _read_clock(load: Load, deployment: Deployment) -> dict[str, float]:
    """Medians of what each hop says that one request took; each holds the ones after it."""
    time.sleep(_LOG_PAUSE_SECONDS)
    began = int(time.time() * 1000)
    whole = load.send(1, load.predict, what="one after the other", requests=300)
    model = load.send(1, load.model, what="SageMaker's runtime, one after the other", requests=300)
    time.sleep(_LOG_PAUSE_SECONDS)
    durations, latencies, calls = [], [], []
    for message in _messages(deployment, began):
        if report := _DURATION.match(message):
            durations.append(float(report[1]))
        elif message.startswith("{") and "stages_ms" in (line := json.loads(message)):
            latencies.append(line["Latency"])
            calls.append(line["ModelLatency"])
    if not durations or not latencies:
        raise CannotMeasureError("the function's log says nothing of the requests that it answered")
    return {
        "client": whole["p50_ms"],
        "sandbox": median(durations),
        "handler": median(latencies),
        "call of the model": median(calls),
        "SageMaker runtime": model["p50_ms"],
    }


def _messages(deployment: Deployment, since: int) -> Iterator[str]:
    pages = deployment.aws("logs").get_paginator("filter_log_events")
    for page in pages.paginate(logGroupName=deployment.live.function_log, startTime=since):
        for event in page["events"]:
            yield event["message"]
