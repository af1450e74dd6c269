"""`make query`: which query is run, how long it is waited for, what is printed."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from scripts.query import ANY_REQUEST, choose, main, print_list, print_rows, run, saved_queries
from scripts.stack.target import StackError, Target, TargetError

pytestmark = pytest.mark.unit

ERRORS = {"name": "bikes/errors", "queryString": "# What goes wrong.\nlimit 3", "logGroupNames": ["/f"]}
ONE = {"name": "bikes/one", "queryString": f"filter @message like '{ANY_REQUEST}'", "logGroupNames": ["/f"]}
SAVED = {"errors": ERRORS, "one": ONE}


class Logs:
    """CloudWatch Logs that gives its answers one by one, and notes what it is asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        def call(**arguments: Any) -> Any:
            self.asked.append({"operation": operation, **arguments})
            return self.answers.pop(0)

        return call


def printed(show: Callable[[Console], None]) -> str:
    said = io.StringIO()
    show(Console(file=said, width=100))
    return said.getvalue()


def test_all_pages_of_the_stacks_queries_are_read() -> None:
    """By the names that the documents use."""
    logs = Logs({"queryDefinitions": [ERRORS], "nextToken": "2"}, {"queryDefinitions": [ONE]})
    assert saved_queries(logs, "bikes") == SAVED
    assert [asked["queryDefinitionNamePrefix"] for asked in logs.asked] == ["bikes/", "bikes/"]
    assert logs.asked[1]["nextToken"] == "2"


@pytest.mark.parametrize(
    ("wanted", "request_id", "words"),
    [
        ("error", None, "there are: errors, one"),
        ("one", None, "--request ID"),
        ("errors", "r1", "leave --request out"),
    ],
)
def test_wrong_use_says_what_there_is(wanted: str, request_id: str | None, words: str) -> None:
    """Before anything is run."""
    with pytest.raises(TargetError, match=words):
        choose(SAVED, wanted, request_id)


def test_a_request_takes_the_place_of_the_zeros() -> None:
    """And nothing else changes."""
    assert choose(SAVED, "one", "r1") == {**ONE, "queryString": "filter @message like 'r1'"}
    assert choose(SAVED, "errors", None) == ERRORS


def test_results_are_rows_once_the_query_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the pointers that Logs Insights adds."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    row = [{"field": "Code", "value": "odd"}, {"field": "@ptr", "value": "xyz"}]
    logs = Logs({"queryId": "q"}, {"status": "Running"}, {"status": "Complete", "results": [row]})
    assert run(logs, ERRORS, since=3600, timeout=10) == [{"Code": "odd"}]
    started = logs.asked[0]
    assert started["endTime"] - started["startTime"] == 3600
    assert (started["logGroupNames"], started["queryString"]) == (["/f"], ERRORS["queryString"])


def test_a_query_that_lasts_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """It would go on, and be paid."""
    monkeypatch.setattr("time.sleep", lambda _: None)
    logs = Logs({"queryId": "q"}, {"status": "Running"}, {})
    with pytest.raises(StackError, match="--since"):
        run(logs, ERRORS, since=60, timeout=-1)
    assert logs.asked[-1] == {"operation": "stop_query", "queryId": "q"}


def test_a_query_that_fails_is_said() -> None:
    """With the word that AWS has for it."""
    with pytest.raises(StackError, match="Failed"):
        run(Logs({"queryId": "q"}, {"status": "Failed"}), ERRORS, since=60, timeout=1)


def test_the_list_says_what_each_is_for() -> None:
    """The first line of its text, and how to run one."""
    said = printed(lambda console: print_list(SAVED, Target("bike-rental", "prod", "aws"), console))
    assert "errors What goes wrong." in " ".join(said.split())
    assert "STACK=bike-rental ENV=prod ON=aws" in said


def test_rows_are_a_table_and_nothing_is_said_too() -> None:
    """Columns as they come, or row by row what is too wide; markup in a log line is text."""
    rows = [{"Code": "odd", "requests": "2"}, {"Code": "[red]", "last": "x"}]
    said = printed(lambda console: print_rows(rows, "errors", console))
    assert said.splitlines()[0].split() == ["Code", "requests", "last"]
    assert "[red]" in said
    wide = printed(lambda console: print_rows([{"@timestamp": "t", "@message": "x" * 90}], "errors", console))
    assert wide.splitlines() == ["@timestamp UTC  t", f"@message        {'x' * 90}", ""]
    assert "--since" in printed(lambda console: print_rows([], "errors", console))


def test_an_unknown_stack_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, and the stacks that there are."""
    assert main(["errors", "--stack", "no-such"]) == 2
    assert "bike-rental" in capsys.readouterr().err
