"""Saved Logs Insights queries name fields that our logs really have, and find in them what they promise."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scoring import errors
from scripts import ROOT
from scripts.local_stage.insights import run_query
from scripts.local_stage.lambda_runtime.platform_log import JsonLog, Report, TextLog
from scripts.query import ANY_REQUEST
from tests.fake_lambda import FakeContext
from tests.handler_module import make_client, make_handler
from tests.loopback_model import LoopbackModel, model_error, one_score_a_row
from tests.unit.test_lambda_platform_log import FUNCTION

pytestmark = pytest.mark.functional

MODULE = ROOT / "infra/modules/observability"
QUERIES = sorted(path.stem for path in (MODULE / "queries").glob("*.cwli"))
MOMENT = 1772620200000  # 2026-03-04 10:30 UTC
EVENTS = Path(__file__).parent.parent / "events"

# Found in every log, and in the text lines of Lambda:
# https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
EVERYWHERE = {"@timestamp", "@message", "@log", "@logStream", "@ingestionTime"}
OF_LAMBDA = {"@requestId", "@duration", "@billedDuration", "@type", "@maxMemoryUsed", "@initDuration"}

WORDS = {
    "fields",
    "filter",
    "stats",
    "sort",
    "limit",
    "by",
    "as",
    "and",
    "or",
    "not",
    "in",
    "like",
    "asc",
    "desc",
}
FUNCTIONS = {"avg", "bin", "coalesce", "count", "floor", "ispresent", "latest", "max", "pct", "sum"}
REPORT = Report("id", 12.5, init_ms=345.6, peak_mb=90, trace_header="", failure=None)
NAME = re.compile(r"(?<![\w.@])@?[A-Za-z_][\w.]*")


class BrokenClient:
    """Fails in a way that nobody expects."""

    def invoke_endpoint(self, **_: Any) -> Any:
        raise ZeroDivisionError


def paths(document: dict[str, Any], prefix: str = "") -> Iterator[str]:
    """Names of a JSON line's fields as Logs Insights writes them: `stages_ms.decode`."""
    for name, value in document.items():
        yield prefix + name
        if isinstance(value, dict):
            yield from paths(value, f"{prefix}{name}.")


@pytest.fixture(scope="module")
def function_lines() -> list[str]:
    """Lines that the handler wrote: an answer, refused fields, a failing model twice, a crash."""
    lines: list[str] = []
    good = json.loads((EVENTS / "rest_v1_predict.json").read_text())
    wrong = {**good, "body": json.dumps({"instances": [{"features": ["never"]}]})}
    with LoopbackModel() as model:
        handler = make_handler(make_client(model.url), lines.append)
        model.will(one_score_a_row())
        handler(good, FakeContext())
        handler(wrong, FakeContext())
        model.always(model_error(500))
        handler(good, FakeContext())
        handler(good, FakeContext())
    make_handler(BrokenClient(), lines.append)(good, FakeContext())
    return lines


@pytest.fixture(scope="module")
def function_fields(function_lines: list[str]) -> set[str]:
    """Fields of the function's lines, and of Lambda's own."""
    found = [*function_lines, *JsonLog(FUNCTION).end(REPORT)]
    return {path for line in found for path in paths(json.loads(line))} | EVERYWHERE | OF_LAMBDA


@pytest.fixture(scope="module")
def access_fields() -> set[str]:
    """Fields of the access log's format."""
    source = (ROOT / "infra/modules/api_gateway/logs.tf").read_text()
    return set(re.findall(r'^ +(\w+) += "\$context\.', source, re.MULTILINE)) | EVERYWHERE


def named_fields(query: str) -> set[str]:
    """The fields that a query reads: its names but for keywords, functions and names that it gives."""
    bare = re.sub(r'^#.*$|"[^"]*"|/[^/\n]+/', " ", query, flags=re.MULTILINE)
    given = set(re.findall(r"\bas (\w+)", bare))
    called = set(re.findall(r"([a-z_]+)\(", bare))
    assert called <= FUNCTIONS | {"in"}
    return set(NAME.findall(bare)) - WORDS - called - given


def logs_of(name: str) -> list[str]:
    """Which logs a query reads, by queries.tf."""
    (listed,) = re.findall(rf"^ +{name} += \[(.*)\]", (MODULE / "queries.tf").read_text(), re.MULTILINE)
    return re.findall(r'"(\w+)"', listed)


@pytest.mark.parametrize("name", QUERIES)
def test_query_names_fields_that_its_logs_have(
    name: str, function_fields: set[str], access_fields: set[str]
) -> None:
    """In the first log that it reads; what all logs share, when it reads several."""
    logs = logs_of(name)
    known = (
        {"function": function_fields, "api": access_fields}.get(logs[0], EVERYWHERE)
        if len(logs) == 1
        else EVERYWHERE
    )
    fields = named_fields((MODULE / "queries" / f"{name}.cwli").read_text())
    assert fields - known == set()
    assert fields


def test_dashboard_query_names_fields_that_the_function_writes(function_fields: set[str]) -> None:
    """The widget of contract versions."""
    source = (MODULE / "dashboard_rows.tf").read_text()
    (query,) = re.findall(r"SOURCE '\$\{group\}' (.*)\"$", source, re.MULTILINE)
    assert named_fields(query.replace('\\"', '"')) == {"message", "contract_version", "@timestamp"}
    assert {"message", "contract_version"} <= function_fields


def test_each_query_is_in_the_module() -> None:
    """No file is forgotten."""
    listed = re.findall(r'^ +([\w-]+) += \["', (MODULE / "queries.tf").read_text(), re.MULTILINE)
    assert sorted(listed) == QUERIES


def test_model_failures_are_all_codes_of_the_model() -> None:
    """Every error below ModelError, and no other."""

    def codes(error: type[errors.ScoringError]) -> set[str]:
        return {error.code}.union(*(codes(child) for child in error.__subclasses__()))

    query = (MODULE / "queries/model-failures.cwli").read_text()
    (listed,) = re.findall(r"Code in \[(.*)\]", query)
    assert set(re.findall(r'"(\w+)"', listed)) == codes(errors.ModelError)


def run(name: str, *lines: str, replacing: str = "") -> list[dict[str, str]]:
    """What the saved query finds in lines that came one a second from half past ten on."""
    query = (MODULE / "queries" / f"{name}.cwli").read_text().replace(ANY_REQUEST, replacing)
    events = [
        {
            "@timestamp": MOMENT + 1000 * at,
            "@ingestionTime": MOMENT,
            "@message": line,
            "@log": "1:/g",
            "@logStream": "s",
        }
        for at, line in enumerate(lines)
    ]
    return run_query(query, events)


def column(rows: list[dict[str, str]], *names: str) -> list[tuple[str | None, ...]]:
    return [tuple(row.get(name) for name in names) for row in rows]


def test_errors_are_counted_by_code(function_lines: list[str]) -> None:
    """The most frequent first, with the stage that failed and a request to look at."""
    rows = run("errors-by-code", *function_lines)
    assert column(rows, "Code", "status", "failed_stage", "requests", "fields_refused", "exception") == [
        ("model_failed", "502", "model", "2", None, None),
        ("invalid_instances", "422", "decode", "1", "1", None),
        ("internal_error", "500", "model", "1", None, "ZeroDivisionError"),
    ]
    assert all(row["last_request"] == json.loads(function_lines[0])["request_id"] for row in rows)


def access(**given: str) -> str:
    usual = {"status": "200", "latency_ms": "40", "response_bytes": "100", "api_key_id": "k1", "refusal": "-"}
    return json.dumps({**usual, "request_id": "r", "method": "POST", "resource": "/predict", **given})


def test_clients_are_told_apart() -> None:
    """By key and outcome; texts that are numbers count."""
    lines = [access(latency_ms=str(ms)) for ms in (10, 20, 30)]
    lines += [access(status="429", refusal="THROTTLED"), access(api_key_id="k2", latency_ms="7")]
    rows = run("by-client", *lines)
    assert column(rows, "api_key_id", "outcome", "requests", "p50_ms", "p99_ms", "bytes_sent") == [
        ("k1", "2", "3", "20", "30", "300"),
        ("k1", "4", "1", "40", "40", "100"),
        ("k2", "2", "1", "7", "7", "100"),
    ]


def test_refusals_are_the_gateways() -> None:
    """What the function answered itself is none."""
    refused = access(status="429", refusal="THROTTLED", request_id="last")
    rows = run("refusals", refused, access(status="422"), access(), refused)
    assert column(rows, "refusal", "status", "requests", "last_request") == [
        ("THROTTLED", "429", "2", "last")
    ]


def test_starts_are_found_in_both_kinds_of_logs() -> None:
    """Lambda's text lines and its JSON lines."""
    said = [*TextLog(FUNCTION).end(REPORT), *JsonLog(FUNCTION).end(REPORT), "no start"]
    rows = run("cold-starts", *said)
    assert rows == [
        {
            "hour": "2026-03-04 10:00:00.000",
            "cold_starts": "2",
            "average_ms": "345.6",
            "longest_ms": "345.6",
        }
    ]


def test_failures_of_the_model_are_listed(function_lines: list[str]) -> None:
    """Not what a client did wrong, nor our own crash."""
    rows = run("model-failures", *function_lines)
    assert column(rows, "@timestamp", "Code", "reason", "Rows", "ModelCalls") == [
        ("2026-03-04 10:30:03.000", "model_failed", "ModelError 424, model 500", "1", "1"),
        ("2026-03-04 10:30:02.000", "model_failed", "ModelError 424, model 500", "1", "1"),
    ]


def test_the_slowest_are_first(function_lines: list[str]) -> None:
    """With the stages that took the time."""
    rows = run("slowest-requests", *function_lines)
    assert {"stages_ms.decode", "stages_ms.transform", "ModelLatency"} <= rows[0].keys()
    latencies = [float(row["Latency"]) for row in rows]
    assert latencies == sorted(latencies, reverse=True)
    assert len(rows) == 5


def test_one_request_is_followed(function_lines: list[str]) -> None:
    """By its id, the oldest line first."""
    wanted = "11111111-2222-3333-4444-555555555555"
    rows = run(
        "one-request", f"a {wanted}", access(request_id="other"), access(request_id=wanted), replacing=wanted
    )
    assert column(rows, "@timestamp", "@log") == [
        ("2026-03-04 10:30:00.000", "1:/g"),
        ("2026-03-04 10:30:02.000", "1:/g"),
    ]


def test_crashes_are_the_newest_first() -> None:
    """Lambda's words for them."""
    lines = [
        "START RequestId: x",
        "x Task timed out after 28.00 seconds",
        '{"errorType": "Runtime.ExitError"}',
    ]
    assert column(run("crashes", *lines), "@message") == [(lines[2],), (lines[1],)]


def test_errors_of_containers_are_found() -> None:
    """Whatever their case."""
    lines = ["GET /ping 200", "ValueError: no such column", "Traceback (most recent call last):"]
    assert len(run("container-errors", *lines)) == 2
