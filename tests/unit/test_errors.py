import re
from pathlib import Path

import pytest

from scoring import errors
from scoring.errors import InstanceProblem, InvalidInstances, ScoringError

pytestmark = pytest.mark.unit

ROOT = Path(__file__).parent.parent.parent
DRAWN = re.compile(
    r"^ {4}(?P<indent>[│├└─ ]*)(?P<name>[A-Z]\w+)(?: +(?P<status>\d{3}) +(?P<code>\w+))?(?: +(?P<r>R))?$"
)


def tree(kind: type[ScoringError]) -> list[type[ScoringError]]:
    return [kind, *(found for child in kind.__subclasses__() for found in tree(child))]


def abstract(kind: type[ScoringError]) -> bool:
    return kind in (errors.RequestError, errors.ModelError)


def test_the_drawing_is_the_tree() -> None:
    """The docstring shows every class, its depth, status, code and whether it is retryable."""
    drawn = []
    for line in (errors.__doc__ or "").splitlines():
        if found := DRAWN.match(
            line.replace("the request has to change", "")
            .replace("the request is fine, the model is not", "")
            .rstrip()
        ):
            depth = len(found["indent"]) // 4
            drawn.append((found["name"], depth, found["status"], found["code"], bool(found["r"])))
    real = []
    for kind in tree(ScoringError):
        depth = kind.__mro__.index(ScoringError)
        shown = (None, None) if abstract(kind) else (str(kind.status), kind.code)
        real.append((kind.__name__, depth, *shown, kind.retryable))
    assert drawn == real


def test_codes_are_unique_and_stable_words() -> None:
    """A program can switch on the code."""
    codes = [kind.code for kind in tree(ScoringError)]
    assert len(codes) == len(set(codes))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]+", code) for code in codes)


def test_only_retryable_errors_say_when() -> None:
    """Retry-After without hope would be a lie."""
    assert not [kind for kind in tree(ScoringError) if kind.retry_after is not None and not kind.retryable]


def test_requests_faults_are_4xx_and_ours_are_5xx() -> None:
    """Whose fault it is can be read off the status."""
    assert {kind.status // 100 for kind in tree(errors.RequestError)} == {4}
    assert {kind.status // 100 for kind in tree(errors.ModelError)} == {5}
    assert ScoringError.status == 500


def test_docs_list_every_error() -> None:
    """docs/errors.md has a row with the right status and retryability for each, and no other."""
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    section = text.split("## From the function")[1].split("\n## ")[0]
    rows = re.findall(
        r"^\| `(\w+)` \| (\d{3}) \| (yes|yes, after (\d+) s|no) \| (.+) \| (.+) \|$", section, re.MULTILINE
    )
    documented = {code: (int(status), retry) for code, status, retry, *_ in rows}
    expected = {}
    for kind in tree(ScoringError):
        if not abstract(kind):
            waits = f"yes, after {kind.retry_after} s" if kind.retry_after is not None else "yes"
            expected[kind.code] = (kind.status, waits if kind.retryable else "no")
    assert documented == expected


def test_docs_list_every_answer_of_the_gateway() -> None:
    """The gateway's own codes stand in docs/errors.md too, with their statuses."""
    terraform = (ROOT / "infra/modules/api_gateway/gateway_responses.tf").read_text(encoding="utf-8")
    declared = dict(re.findall(r'^ +[A-Z0-9_]+ += \[\d+, "(\w+)"()', terraform, re.MULTILINE))
    assert declared
    text = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8").split("## From the gateway")[1]
    assert set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)) == set(declared)


def test_instances_point_into_the_plain_shape_unless_told() -> None:
    """Pointers are escaped (RFC 6901); a problem of a whole row points at the row."""
    error = InvalidInstances([InstanceProblem(3, "a/b~c", "x"), InstanceProblem(4, "", "y")])
    assert [problem.pointer for problem in error.problems] == ["/instances/3/a~1b~0c", "/instances/4"]
    assert error.detail == "2 problems in the instances."


def test_one_problem_is_singular() -> None:
    """The detail is a sentence."""
    assert InvalidInstances([InstanceProblem(0, "t", "x")]).detail == "1 problem in the instances."
