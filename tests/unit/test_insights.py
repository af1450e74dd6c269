"""Logs Insights of the local stage: what queries find, and which are refused."""

import pytest

from scripts.local_stage.insights import run_query
from scripts.local_stage.insights_query import QueryError

pytestmark = pytest.mark.unit

LINES = [
    '{"code": "slow", "rows": 3, "ms": {"model": 12.5}, "ok": true}',
    '{"code": "slow", "rows": "4", "ms": {"model": 7}}',
    '{"code": "odd", "tags": ["a", "b"]}',
    "plain text | with a bar",
]
MOMENT = 1772620200000  # 2026-03-04 10:30 UTC
EVENTS = [
    {"@timestamp": MOMENT + 1000 * at, "@ingestionTime": MOMENT, "@message": line}
    for at, line in enumerate(LINES)
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("fields code | limit 2", [{}, {"code": "odd"}]),  # newest first, before the limit
        ("fields code | sort @timestamp asc | limit 1", [{"code": "slow"}]),
        ("filter code = 'odd' | display tags.1", [{"tags.1": "b"}]),
        ("filter rows > 3 | fields rows * 2 as twice", [{"twice": "8"}]),
        ("filter rows in [3, 5] | fields rows", [{"rows": "3"}]),
        ("filter code in ['odd'] and not ispresent(rows) | fields code", [{"code": "odd"}]),
        (
            "filter @message like /text \\| w/ | fields @timestamp",
            [{"@timestamp": "2026-03-04 10:30:03.000"}],
        ),
        ("filter @message not like 'code' | fields @message", [{"@message": LINES[3]}]),
        (
            "filter ms.model >= 7 | stats avg(ms.model), max(rows) as most",
            [{"avg(ms.model)": "9.75", "most": "4"}],
        ),
        ("stats count(*) as n by code | sort n desc, code asc | limit 1", [{"code": "slow", "n": "2"}]),
        ("stats count(rows), count_distinct(code)", [{"count(rows)": "2", "count_distinct(code)": "2"}]),
        ("filter code = 'none' | stats count(*) as n", [{"n": "0"}]),
        ("stats count(*) as n by bin(1m) as minute", [{"minute": "2026-03-04 10:30:00.000", "n": "4"}]),
        ("stats pct(ms.model, 50) as half", [{"half": "7"}]),
        (
            "fields coalesce(none, code) as c | filter ispresent(c) | stats latest(c) as last",
            [{"last": "odd"}],
        ),
        ("# a comment | limit 1\nfilter ok = 1 # and another\n| fields `code`", [{"code": "slow"}]),
        ("filter rows / 0 > 1 | fields rows", []),
        ("fields floor(ms.model / 5) as fives | sort fives desc | limit 2", [{"fives": "2"}, {"fives": "1"}]),
    ],
)
def test_a_query_finds(query: str, expected: list[dict[str, str]]) -> None:
    """Worked out by hand."""
    assert run_query(query, EVENTS) == expected


def test_fields_of_lambdas_own_lines() -> None:
    """REPORT, in text."""
    line = (
        "REPORT RequestId: 1-2\tDuration: 12.50 ms\tBilled Duration: 13 ms\tMemory Size: 1024 MB\t"
        "Max Memory Used: 90 MB\tInit Duration: 345.60 ms\t\n"
    )
    wanted = "@requestId, @duration, @billedDuration, @initDuration, @maxMemoryUsed"
    query = f"filter @type = 'REPORT' | fields {wanted}"
    assert run_query(query, [{"@timestamp": MOMENT, "@ingestionTime": MOMENT, "@message": line}]) == [
        {
            "@requestId": "1-2",
            "@duration": "12.5",
            "@billedDuration": "13",
            "@initDuration": "345.6",
            "@maxMemoryUsed": "90000000",
        }
    ]


@pytest.mark.parametrize(
    "query",
    [
        "dedup code",
        "filter",
        "filter code =",
        "stats median(rows)",
        "fields reverse(code)",
        "sort code sideways",
        "limit many",
        "filter code like /x",
        "fields a | | limit 1",
        "stats count(*",
    ],
)
def test_what_is_no_query_is_refused(query: str) -> None:
    """And what is not known here."""
    with pytest.raises(QueryError):
        run_query(query, EVENTS)
