"""Saved Logs Insights queries name fields that our logs really have."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scoring import errors
from scripts import ROOT
from scripts.local_stage.lambda_runtime.platform_log import JsonLog, Report
from tests.fake_lambda import FakeContext
from tests.handler_module import make_client, make_handler
from tests.loopback_model import LoopbackModel, model_error, one_score_a_row
from tests.unit.test_lambda_platform_log import FUNCTION

pytestmark = pytest.mark.functional

MODULE = ROOT / "infra/modules/observability"
QUERIES = sorted(path.stem for path in (MODULE / "queries").glob("*.cwli"))
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
def function_fields() -> set[str]:
    """Fields of lines that the handler wrote: an answer, refused fields, a failing model, a crash."""
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
    make_handler(BrokenClient(), lines.append)(good, FakeContext())
    report = Report("id", 12.5, init_ms=345.6, peak_mb=90, trace_header="", failure=None)
    found = [*lines, *JsonLog(FUNCTION).end(report)]
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
    known = {"function": function_fields, "api": access_fields}[logs[0]] if len(logs) == 1 else EVERYWHERE
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
