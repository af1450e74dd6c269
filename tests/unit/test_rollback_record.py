"""The record of the proven revision: read as it was written, small enough, and plain about what it isn't."""

import json
from dataclasses import replace

import pytest

from scripts.rollback.record import (
    Api,
    Endpoint,
    Function,
    Record,
    RecordError,
    Revision,
    dump_record,
    load_record,
    record_name,
)

pytestmark = pytest.mark.unit

GOOD = Revision(
    at="2026-11-22T09:00:00+00:00",
    commit="c" * 40,
    contract_digest="d" * 64,
    function=Function("shop-dev", "live", "7", "e" * 43 + "="),
    endpoint=Endpoint("shop-dev", "shop-dev-20261122", "shop-dev-proven-0123456789ab"),
    api=Api("abcdefghij", "beta", "dep1", "dep2", ("beta/POST/predict",)),
    asked={"api_url": "https://a.example/beta", "api_key_ids": {"demo": "k1"}},
)


def test_a_record_is_read_as_it_was_written():
    record = Record(GOOD, replace(GOOD, endpoint=None, commit=None), {"*/*": (50.0, 100)})
    assert load_record(dump_record(record)) == record


def test_the_newest_revision_stands_at_the_top():
    document = json.loads(dump_record(Record(GOOD)))
    assert document["schema"] == 1
    assert document["function"]["version"] == "7"
    assert document["endpoint"]["configuration"] == "shop-dev-20261122"
    assert document["api"]["deployment_id"] == "dep1"
    assert (document["previous"], document["closed"]) == (None, None)


def largest() -> Revision:
    """Names at AWS's limits, and fifteen routes, more than any contract here has."""
    name = "n" * 36
    routes = [
        {
            "method": "POST",
            "path": f"/v2/models/{name}/versions/{index:02}/infer",
            "auth": "lambda_authorizer",
        }
        for index in range(15)
    ]
    return replace(
        GOOD,
        function=Function(name, "live", "1000", "e" * 44),
        endpoint=Endpoint(name, f"{name}-{'2' * 26}", f"{name}-proven-0123456789ab"),
        api=Api("a" * 10, "s" * 20, "d" * 6, "d" * 6, tuple(f"live/POST{r['path']}" for r in routes)),
        asked={"api_url": f"https://{'a' * 60}.example", "api_key_ids": {name: "k" * 10}, "routes": routes},
    )


def test_the_largest_record_fits_a_standard_parameter():
    assert len(dump_record(Record(largest())).encode()) <= 4096


def test_the_previous_revision_gives_way_when_both_do_not_fit():
    assert json.loads(dump_record(Record(largest(), largest())))["previous"] is None
    assert json.loads(dump_record(Record(GOOD, GOOD)))["previous"]["commit"] == GOOD.commit


def test_a_record_that_does_not_fit_is_refused():
    api = replace(GOOD.api, permitted=tuple(f"beta/POST/{index}" for index in range(400)))
    with pytest.raises(RecordError, match=r"has \d+ bytes, and a standard parameter holds 4096"):
        dump_record(Record(replace(GOOD, api=api)))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "JSONDecodeError"),
        ("[]", "TypeError"),
        ("{}", "KeyError: 'schema'"),
        ('{"schema": 2}', "of schema 2, and this checkout reads 1"),
        ('{"schema": 1}', "KeyError"),
    ],
)
def test_what_is_no_record_says_so(text, said):
    with pytest.raises(RecordError, match=said):
        load_record(text)


def test_proven_twice_is_the_same_whatever_keeps_it():
    again = replace(GOOD, at="later", commit=None, api=replace(GOOD.api, kept="dep9"))
    assert GOOD.same_as(again)
    assert not GOOD.same_as(replace(GOOD, function=replace(GOOD.function, version="8")))


def test_each_of_several_models_has_its_own_record():
    assert record_name("shop", "dev") == "shop-dev"
    assert record_name("shop", "dev", "churn") == "shop-dev/churn", "where the roles of shop-dev may write"
