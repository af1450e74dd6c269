"""Which alarms of the module a fault sets off, and no other; and that they end. What each of them leads to.

The alarms are those that Terraform makes on the local stage's control plane, in this process; time is given.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from moto.cloudwatch.models import CloudWatchBackend, cloudwatch_backends

from scripts import ROOT
from scripts.local_stage.control_plane import ControlPlane, moto_application
from scripts.local_stage.corrections import apply_corrections
from scripts.local_stage.metric_queries import answer
from tests.infra.watched_world import INSTANCES, NOW, WatchedWorld
from tests.terraform_workspace import TerraformWorkspace

pytestmark = [pytest.mark.infra, pytest.mark.slow, pytest.mark.xdist_group("alarms")]

ACCOUNT, REGION = "123456789012", "eu-north-1"
AVAILABILITY = {
    f"bikes-slo-availability-{window}"
    for window in (
        "fast-1h",
        "fast-5m",
        "slow-6h",
        "slow-30m",
        "creeping-3d",
        "creeping-6h",
        "page",
        "ticket",
    )
}
LATENCY = {name.replace("availability", "latency") for name in AVAILABILITY}

Fault = Callable[[WatchedWorld], None]


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CloudWatchBackend]:
    """CloudWatch with every alarm of tests/infra/alarms."""
    apply_corrections()
    control_plane = ControlPlane(moto_application())
    control_plane.start()
    workspace = TerraformWorkspace(tmp_path_factory.mktemp("terraform"))
    workspace.copy("tests/infra/alarms")
    own = {"AWS_ENDPOINT_URL": control_plane.url, "AWS_REGION": REGION}
    keys = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
    terraform = workspace.terraform("tests/infra/alarms", {**os.environ, **own, **keys})
    try:
        terraform.apply()
        yield cloudwatch_backends[ACCOUNT][REGION]
    finally:
        control_plane.stop()


@pytest.fixture
def world(backend: CloudWatchBackend) -> WatchedWorld:
    """An hour of health, up to now."""
    made = WatchedWorld(backend)
    for _ in made.minutes(60):
        made.healthy()
    return made


def nothing(_: WatchedWorld) -> None:
    pass


def model_fails(world: WatchedWorld) -> None:
    for _ in world.minutes(3):
        for _ in range(20):
            world.request(502)
            world.invocation()
            world.model_call(broken=True)


def other_variant_fails(world: WatchedWorld) -> None:
    """Once a minute, and the function's second try succeeds: clients notice nothing."""
    for _ in world.minutes(3):
        world.model_call(broken=True, variant="challenger")


def function_crashes(world: WatchedWorld) -> None:
    for _ in world.minutes(3):
        for _ in range(20):
            world.request(502)
            world.invocation(failed=True)


def lambda_refuses(world: WatchedWorld) -> None:
    for _ in world.minutes(3):
        for _ in range(20):
            world.request(500)
            world.throttle()


def model_is_slow(world: WatchedWorld) -> None:
    for _ in world.minutes(10):
        for _ in range(40):
            world.request(ms=3600, behind_ms=3590)
            world.invocation(3580)
            world.model_call(3500)


def function_is_slow(world: WatchedWorld) -> None:
    """Beside the model; within the objective."""
    for _ in world.minutes(5):
        for _ in range(40):
            world.request(ms=400, behind_ms=390)
            world.invocation(380)
            world.model_call(30)


def one_request_is_nearly_cut_off(world: WatchedWorld) -> None:
    for _ in world.minutes(3):
        world.request(ms=23_000, behind_ms=22_950)
        world.invocation(22_900)


def clients_are_throttled(world: WatchedWorld) -> None:
    for _ in world.minutes(3):
        for _ in range(21):
            world.request(429, behind_ms=0)


def clients_send_what_is_wrong(world: WatchedWorld) -> None:
    for _ in world.minutes(12):
        for _ in range(10):
            world.request(422)


def instances(name: str, value: float, minutes: int, variant: str = "champion", **where: str) -> Fault:
    def measured(world: WatchedWorld) -> None:
        for _ in world.minutes(minutes):
            world.variant(name, value, variant, **where)

    return measured


def concurrency(world: WatchedWorld) -> None:
    for _ in world.minutes(3):
        world.measure("AWS/Lambda", "ConcurrentExecutions", 41, FunctionName="bikes")


def cabs(namespace: str, name: str, value: float) -> Fault:
    def measured(world: WatchedWorld) -> None:
        for _ in world.minutes(3):
            world.measure(namespace, name, value, EndpointName="cabs", VariantName="AllTraffic")

    return measured


def cabs_metric(name: str, value: float) -> Fault:
    return cabs("AWS/SageMaker", name, value)


FAULTS: dict[str, tuple[Fault, set[str]]] = {
    "none": (nothing, set()),
    "model fails": (
        model_fails,
        {"bikes-api-5xx", "bikes-endpoint-5xx-champion", "bikes-endpoint-model-errors-champion", "bikes-down"}
        | AVAILABILITY,
    ),
    "other variant fails": (
        other_variant_fails,
        {"bikes-endpoint-5xx-challenger", "bikes-endpoint-model-errors-challenger", "bikes-down"},
    ),
    "function crashes": (
        function_crashes,
        {"bikes-api-5xx", "bikes-function-errors", "bikes-down"} | AVAILABILITY,
    ),
    "Lambda refuses": (
        lambda_refuses,
        {"bikes-api-5xx", "bikes-function-throttles", "bikes-down"} | AVAILABILITY,
    ),
    "model is slow": (
        model_is_slow,
        {"bikes-api-latency", "bikes-api-latency-p50", "bikes-endpoint-latency-champion", "bikes-down"}
        | LATENCY,
    ),
    "function is slow": (function_is_slow, {"bikes-api-overhead", "bikes-api-latency-p50"}),
    "nearly cut off": (
        one_request_is_nearly_cut_off,
        {"bikes-function-duration", "bikes-api-latency", "bikes-api-overhead"},
    ),
    "clients are throttled": (clients_are_throttled, {"bikes-api-throttles"}),
    "clients are wrong": (clients_send_what_is_wrong, {"bikes-api-4xx-anomaly"}),
    "processors": (instances("CPUUtilization", 1450, 10), {"bikes-endpoint-cpu-champion"}),
    "processors, two": (
        instances("CPUUtilization", 185, 10, "challenger"),
        {"bikes-endpoint-cpu-challenger"},
    ),
    "nine busy minutes": (instances("CPUUtilization", 1600, 9), set()),
    "memory": (instances("MemoryUtilization", 91, 10), {"bikes-endpoint-memory-champion"}),
    "disk": (instances("DiskUtilization", 86, 10, "challenger"), {"bikes-endpoint-disk-challenger"}),
    "load": (
        instances("InvocationsPerInstance", 901, 15, namespace="AWS/SageMaker"),
        {"bikes-endpoint-load-champion"},
    ),
    "concurrency": (concurrency, {"bikes-function-concurrency"}),
    "serverless concurrency": (
        cabs_metric("ServerlessConcurrentExecutionsUtilization", 0.81),
        {"cabs-endpoint-concurrency-AllTraffic"},
    ),
    "serverless memory": (
        cabs(INSTANCES, "MemoryUtilization", 95),
        {"cabs-endpoint-memory-AllTraffic"},
    ),
    "serverless errors": (
        cabs_metric("Invocation5XXErrors", 1),
        {"cabs-endpoint-5xx-AllTraffic", "cabs-down"},
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_sets_off_these_alarms_and_no_other(fault: str, world: WatchedWorld) -> None:
    """Within minutes; days later, after an hour of health, none is on."""
    happen, expected = FAULTS[fault]
    happen(world)
    assert world.alarms_on() == expected
    later = timedelta(days=4)
    for _ in world.minutes(60, later=later):
        world.healthy()
    assert world.alarms_on(later) == set()


def test_silence_is_worth_a_page(backend: CloudWatchBackend) -> None:
    """Nobody called for an hour; with fifty requests it is over."""
    world = WatchedWorld(backend)
    for _ in world.minutes(60, until=60):
        world.healthy()
    assert world.alarms_on() == {"bikes-api-no-traffic", "bikes-down"}
    for _ in world.minutes(1):
        world.healthy(50)
    assert world.alarms_on() == set()


def test_every_kind_of_alarm_goes_off_by_some_fault(backend: CloudWatchBackend) -> None:
    """Kinds of alarms of variants once; the other variant's are the same."""

    def kinds(names: set[str]) -> set[str]:
        return {re.sub(r"^(bikes|cabs)-|-(champion|challenger|AllTraffic)$", "", name) for name in names}

    by_faults = set[str]().union(*(expected for _, expected in FAULTS.values()), {"bikes-api-no-traffic"})
    assert kinds(set(backend.alarms)) == kinds(by_faults)


def test_each_alarm_leads_to_its_section_of_the_runbook(backend: CloudWatchBackend) -> None:
    """The anchor of its description is a heading there."""
    headings = set(re.findall(r"^### (.+)$", (ROOT / "docs/runbook.md").read_text(), re.MULTILINE))
    for name, alarm in backend.alarms.items():
        anchor = re.search(r" https://git\.example\.com/docs/runbook\.md#([a-z0-9-]+)$", alarm.description)
        assert anchor is not None, name
        assert anchor[1] in headings
        assert f"-{anchor[1]}" in name


PUBLISHED: dict[tuple[str, frozenset[str]], set[str]] = {
    ("AWS/ApiGateway", frozenset({"ApiName", "Stage"})): {
        *("4XXError", "5XXError", "CacheHitCount", "CacheMissCount", "Count", "IntegrationLatency", "Latency")
    },
    ("AWS/Lambda", frozenset({"FunctionName"})): {
        *("Invocations", "Errors", "Throttles", "Duration", "ConcurrentExecutions")
    },
    ("AWS/Lambda", frozenset({"FunctionName", "Resource", "ExecutedVersion"})): {"Invocations"},
    ("AWS/SageMaker", frozenset({"EndpointName", "VariantName"})): {
        *("Invocations", "Invocation4XXErrors", "Invocation5XXErrors", "InvocationModelErrors"),
        *("InvocationsPerInstance", "ModelLatency", "OverheadLatency"),
        "ServerlessConcurrentExecutionsUtilization",
    },
    (INSTANCES, frozenset({"EndpointName", "VariantName"})): {
        *("CPUUtilization", "MemoryUtilization", "DiskUtilization")
    },
    ("AWS/Logs", frozenset({"LogGroupName"})): {"IncomingBytes", "IncomingLogEvents"},
    ("ModelEndpointApi", frozenset({"FunctionName"})): {
        *("Requests", "Errors", "Rows", "ModelCalls", "Latency", "ModelLatency")
    },
    ("ModelEndpointApi", frozenset({"FunctionName", "Code"})): {"Errors"},
}
"""Namespace and dimensions → metrics, as AWS documents them for each service, and scoring/observe.py writes:
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-monitoring.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CloudWatch-Logs-Monitoring-CloudWatch-Metrics.html
"""

SEARCH = re.compile(r"SEARCH\('\{([^,]+),([^}]+)\} MetricName=\"(\w+)\"")


def widgets(backend: CloudWatchBackend, name: str) -> list[dict[str, Any]]:
    found = json.loads(backend.dashboards[name].body)["widgets"]
    return [widget["properties"] for widget in found if widget["type"] == "metric"]


def drawn_metrics(widget: dict[str, Any]) -> Iterator[tuple[str, frozenset[str], str]]:
    """Namespace, names of dimensions, name: of each metric that a widget has or searches."""
    for listed in widget["metrics"]:
        if isinstance(listed[0], str):
            words = [word for word in listed if isinstance(word, str)]
            yield words[0], frozenset(words[2::2]), words[1]
        elif search := SEARCH.search(listed[0]["expression"]):
            yield search[1], frozenset(search[2].split(",")), search[3]


@pytest.mark.parametrize("name", ["bikes", "cabs"])
def test_the_dashboard_draws_what_aws_publishes(name: str, backend: CloudWatchBackend) -> None:
    """And so do the alarms."""
    drawn = [metric for widget in widgets(backend, name) for metric in drawn_metrics(widget)]
    assert drawn
    for namespace, dimensions, metric in drawn:
        assert metric in PUBLISHED.get((namespace, dimensions), set()), (namespace, dimensions, metric)


def test_the_dashboard_reckons_what_an_hour_cost(backend: CloudWatchBackend) -> None:
    """1,200 requests and invocations of 40 ms at 1 GB, three instances for an hour, half a GB of logs."""
    world = WatchedWorld(backend)
    for _ in world.minutes(60):
        world.healthy()
        for variant in ("champion", "champion", "challenger"):
            world.variant("CPUUtilization", 10, variant)
    for _ in world.minutes(1):
        world.measure("AWS/Logs", "IncomingBytes", 5e8, LogGroupName="/aws/lambda/bikes")
    world.alarms_on()
    (reckoned,) = (
        found for found in widgets(backend, "bikes") if found["title"].startswith("Estimated cost in")
    )
    by_label = evaluate(backend, reckoned)
    assert by_label == pytest.approx(
        {
            "API: requests": 1200 * 3.5 / 1e6,
            "Function: invocations": 1200 * 0.2 / 1e6,
            "Function: GB-seconds": 48 * 0.00001,
            "Endpoint champion: instance hours": 2 * 0.96,
            "Endpoint challenger: instance hours": 0.96,
            "Logs: GB taken in": 0.5 * 0.57,
            "Together": 0.0042 + 0.00024 + 0.00048 + 2.88 + 0.285,
        }
    )


def evaluate(backend: CloudWatchBackend, widget: dict[str, Any]) -> dict[str, float]:
    """What a widget of single values shows of the last hour, as the console asks for it."""
    queries: list[dict[str, Any]] = []
    for listed in widget["metrics"]:
        if isinstance(listed[0], dict):
            shown = listed[0]
            queries.append({"Id": shown["id"], "Expression": shown["expression"], "Label": shown["label"]})
        else:
            *words, options = listed
            names = [
                {"Name": key, "Value": value} for key, value in zip(words[2::2], words[3::2], strict=True)
            ]
            metric = {"Namespace": words[0], "MetricName": words[1], "Dimensions": names}
            stat = {"Metric": metric, "Period": 86400, "Stat": options["stat"]}
            queries.append({"Id": options["id"], "MetricStat": stat, "ReturnData": False})
    found = answer(backend, queries, NOW - timedelta(hours=1), NOW + timedelta(minutes=1))
    return {one.label: sum(one.values) for one in found}
