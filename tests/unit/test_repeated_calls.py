"""A call that was answered is not carried out again."""

from typing import Any

import pytest

from scripts.local_stage import repeats
from scripts.local_stage.repeats import RepeatedCalls

pytestmark = pytest.mark.unit


class Counting:
    """Answers with how often it was called, the status that it is told."""

    def __init__(self, status: str = "200 OK") -> None:
        self.status, self.calls = status, 0

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        self.calls += 1
        start_response(self.status, [("x-calls", str(self.calls))])
        return [b"call ", str(self.calls).encode()]


def ask(application: RepeatedCalls, call: str | None, method: str = "POST") -> tuple[str, Any, bytes]:
    """Status, headers, body."""
    begun: list[tuple[str, Any]] = []
    environ = {"REQUEST_METHOD": method} | ({} if call is None else {"HTTP_AMZ_SDK_INVOCATION_ID": call})
    body = b"".join(application(environ, lambda status, headers, _=None: begun.append((status, headers))))
    return *begun[-1], body


def test_a_repetition_gets_the_answer_and_has_no_effect() -> None:
    counting = Counting()
    application = RepeatedCalls(counting)
    first = ask(application, "one")
    assert first == ("200 OK", [("x-calls", "1")], b"call 1")
    assert ask(application, "one") == first
    assert ask(application, "two")[2] == b"call 2"
    assert counting.calls == 2


@pytest.mark.parametrize(
    ("status", "call", "method"),
    [
        ("400 BAD REQUEST", "one", "POST"),
        ("503 SERVICE UNAVAILABLE", "one", "POST"),
        ("200 OK", None, "POST"),
        ("200 OK", "one", "GET"),
    ],
)
def test_what_failed_reads_or_names_no_call_is_done_each_time(
    status: str, call: str | None, method: str
) -> None:
    counting = Counting(status)
    application = RepeatedCalls(counting)
    assert [ask(application, call, method)[2] for _ in range(2)] == [b"call 1", b"call 2"]


def test_it_keeps_the_latest_and_nothing_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(repeats, "KEPT", 2)
    counting = Counting()
    application = RepeatedCalls(counting)
    for call in ("one", "two", "three", "one"):
        ask(application, call)
    assert counting.calls == 4
    monkeypatch.setattr(repeats, "LARGEST", 3)
    ask(application, "four")
    ask(application, "four")
    assert counting.calls == 6
