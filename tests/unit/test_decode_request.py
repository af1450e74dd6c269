import base64
import gzip
import json
from typing import Any

import numpy as np
import pytest

from scoring import Contract, errors
from scoring.decode_request import decode_request
from scoring.find_route import find_route
from scoring.read_body import MAXIMUM_UNPACKED_BYTES
from scoring.read_event import read_event
from scoring.read_json import read_json
from tests import bike_rental

pytestmark = pytest.mark.unit

CONTRACT = Contract.from_dict(bike_rental.contract())
ROW = bike_rental.FEATURES
OTHER = ["2011-01-01 05:00:00", 1, 1, 0, 3, -9.84, 12.88, 75, 6.0032]
OTHER_BY_NAME = dict(zip(reversed(bike_rental.NAMES), reversed(OTHER), strict=True))


def decode(body: Any, contract: Contract = CONTRACT, **event: Any) -> dict[str, Any]:
    text = body if isinstance(body, str) else json.dumps(body)
    return decode_request(
        read_event({"httpMethod": "POST", "body": text, **event}, "id"), contract.routes[0], contract
    )


def cells(columns: dict[str, Any]) -> list[list[Any]]:
    """The rows again, datetimes as text."""
    stacked = [
        np.datetime_as_string(c, "s").tolist() if c.dtype.kind == "M" else c.tolist()
        for c in columns.values()
    ]
    return [list(row) for row in zip(*stacked, strict=True)]


EXPECTED = [
    ["2012-12-19T17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027],
    ["2011-01-01T05:00:00", 1, 1, 0, 3, -9.84, 12.88, 75, 6.0032],
]


@pytest.mark.parametrize(
    "instances",
    [
        [ROW, OTHER],
        [{"features": ROW}, {"features": OTHER}],
        [{"data": {"features": {"values": ROW}}}, {"data": {"features": {"values": OTHER}}}],
        [bike_rental.BY_NAME, OTHER_BY_NAME],
        [{"features": ROW}, OTHER_BY_NAME],
        [bike_rental.BY_NAME, {"data": {"features": {"values": OTHER}}}],
    ],
    ids=["bare", "features", "nested", "by name, any order", "mixed", "mixed, by name first"],
)
@pytest.mark.parametrize("times", [1, 20])
def test_every_shape_gives_the_same_columns(instances: list[Any], times: int) -> None:
    """Few rows and many, which take different ways inside, in all shapes and mixtures of them."""
    columns = decode({"instances": instances * times})
    assert list(columns) == bike_rental.NAMES
    assert cells(columns) == EXPECTED * times


def test_direct_event_is_the_document() -> None:
    """There is no body to parse."""
    assert (
        cells(decode_request(read_event({"instances": [ROW]}, "id"), CONTRACT.routes[0], CONTRACT))
        == EXPECTED[:1]
    )


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON; charset=UTF-8", 'application/json;charset="utf-8"', ""],
)
def test_content_types_that_are_json(content_type: str) -> None:
    """Case and parameters don't matter; none at all means JSON, as the gateway assumes."""
    assert decode({"instances": [ROW]}, headers={"content-type": content_type})


def test_optional_fields_may_be_left_out_by_name() -> None:
    """A default stands in for a field that a row doesn't name; other rows keep theirs."""
    changed = bike_rental.contract()
    changed["inputs"][8] = {"name": "windspeed", "type": "number", "default": 11.5, "description": "Wind."}
    contract = Contract.from_dict(changed)
    short = {name: value for name, value in bike_rental.BY_NAME.items() if name != "windspeed"}
    columns = decode({"instances": [short, bike_rental.BY_NAME]}, contract)
    assert columns["windspeed"].tolist() == [11.5, 26.0027]


def test_a_contract_of_one_input() -> None:
    """One column by name works as many do."""
    changed = bike_rental.contract()
    changed["inputs"], changed["features"] = [{"name": "x", "type": "number", "description": "X."}], ["x"]
    contract = Contract.from_dict(changed)
    assert cells(decode({"instances": [{"x": 1}, {"x": 2}]}, contract)) == [[1], [2]]
    assert cells(decode({"instances": [[1], [2]]}, contract)) == [[1], [2]]


def test_problems_in_mixed_shapes_are_all_found_in_order() -> None:
    """Wrong forms and wrong cells are told together, sorted by row, each in its own row's shape."""
    instances: list[Any] = [
        {"data": {"features": {"values": [*ROW[:5], "hot", *ROW[6:]]}}},
        [1],
        {**OTHER_BY_NAME, "x": 1},
    ]
    instances += [{**OTHER_BY_NAME, "temp": None}, 7]
    with pytest.raises(errors.InvalidInstances) as raised:
        decode({"instances": instances})
    assert [problem.pointer for problem in raised.value.problems] == [
        "/instances/0/data/features/values/5",
        "/instances/1",
        "/instances/2/x",
        "/instances/3/temp",
        "/instances/4",
    ]
    assert raised.value.problems[1].detail.startswith("Expected 9 values (datetime, season,")
    assert raised.value.problems[1].detail.endswith("got 1.")
    assert raised.value.problems[4].detail == "Expected an array or an object, got a number."


def test_a_very_long_key_is_not_echoed() -> None:
    """A hundred megabyte-long pointers would be an answer no gateway passes on."""
    with pytest.raises(errors.InvalidInstances) as raised:
        decode({"instances": [{**bike_rental.BY_NAME, "k" * 5000: 1}]})
    assert raised.value.problems[0].pointer == "/instances/0"


def test_a_gzip_bomb_stops_at_the_limit() -> None:
    """100 MB of zeros pack into 100 kB; unpacking ends where the limit is."""
    packed = base64.b64encode(gzip.compress(b" " * (MAXIMUM_UNPACKED_BYTES * 2))).decode()
    with pytest.raises(errors.RequestTooLarge):
        decode(packed, isBase64Encoded=True, headers={"content-encoding": "gzip"})


@pytest.mark.parametrize("rest", [b"", b"more"])
def test_a_gzip_stream_has_to_be_whole(rest: bytes) -> None:
    """Cut short, or with something behind it, it isn't what was sent."""
    whole = gzip.compress(json.dumps({"instances": [ROW]}).encode())
    raw = whole + rest if rest else whole[:-4]
    with pytest.raises(errors.UnsupportedEncoding):
        decode(base64.b64encode(raw).decode(), isBase64Encoded=True, headers={"content-encoding": "gzip"})


def test_a_number_of_the_largest_magnitude_is_json() -> None:
    """The strict reader refuses what overflows, and nothing below that."""
    assert read_json("[1.7976931348623157e308, -0.0, 5e-324]") == [1.7976931348623157e308, 0.0, 5e-324]


def test_a_pair_of_surrogates_is_a_character() -> None:
    """Only half of a pair is an error."""
    assert read_json('"\\ud83d\\udeb2"') == "\U0001f6b2"


def test_invalid_json_says_where() -> None:
    """A client can find the place."""
    with pytest.raises(errors.InvalidJson, match=r"line 2, column 3"):
        read_json('{"a": 1,\n  b}')


@pytest.mark.parametrize(
    ("event", "path"),
    [
        ({"resource": "/predict", "path": "/v1/predict"}, "/predict"),
        ({"resource": "/{proxy+}", "path": "/predict/"}, "/predict"),
        ({"resource": "/", "path": "/"}, "/"),
        ({"path": "/predict"}, "/predict"),
        ({}, "/"),
    ],
)
def test_path_of_a_proxy_event(event: dict[str, Any], path: str) -> None:
    """The resource is the route, unless it stands for many paths."""
    call = read_event({"httpMethod": "POST", **event}, "id")
    assert call.path == path
    assert find_route(CONTRACT, call).path == path


@pytest.mark.parametrize(
    ("resource", "path", "shared"),
    [
        ("/predict/{station}", "/predict/7", False),
        ("/predict/{station}", "/rentals/predict/7", False),  # a custom domain's base path
        ("/rentals/predict/{station}", "/rentals/predict/7", True),
    ],
)
def test_a_route_with_a_path_parameter_is_found_by_its_name(resource: str, path: str, shared: bool) -> None:
    """The gateway says which route it is; the path alone can't."""
    contract = Contract.from_dict({**bike_rental.contract(), "routes": [{"path": "/predict/{station}"}]})
    call = read_event({"httpMethod": "POST", "resource": resource, "path": path}, "id")
    assert find_route(contract, call, shared=shared).path == "/predict/{station}"
    with pytest.raises(errors.UnknownPath):
        find_route(contract, read_event({"httpMethod": "POST", "path": "/other/7"}, "id"), shared=shared)


@pytest.mark.parametrize(("path", "found"), [("/rentals/predict", "/predict"), ("/rentals", "/")])
def test_path_below_the_segment_of_a_shared_api(path: str, found: str) -> None:
    """Behind an API of several models, the first segment names the model; behind one of its own none does."""
    event = {"httpMethod": "POST", "resource": path, "path": path}
    call = read_event(event, "id")
    assert find_route(CONTRACT, call, shared=True).path == found
    with pytest.raises(errors.UnknownPath):
        find_route(CONTRACT, call)


def test_a_path_further_below_is_no_route() -> None:
    """Only one segment may stand in front."""
    with pytest.raises(errors.UnknownPath):
        find_route(CONTRACT, read_event({"httpMethod": "POST", "path": "/a/b/predict"}, "id"), shared=True)


def test_headers_of_several_values_are_joined() -> None:
    """`multiValueHeaders` holds them all, `headers` only the last."""
    event = {
        "httpMethod": "POST",
        "headers": {"Accept": "b/b"},
        "multiValueHeaders": {"Accept": ["a/a", "b/b"]},
    }
    assert read_event(event, "id").headers == {"accept": "a/a, b/b"}


def test_a_route_for_any_method() -> None:
    """ANY takes what no other route of the path takes."""
    changed = bike_rental.contract()
    changed["routes"] = [
        {"path": "/test", "method": "ANY"},
        {"path": "/test", "method": "POST", "response": "values"},
    ]
    contract = Contract.from_dict(changed)
    routes = {
        m: find_route(contract, read_event({"httpMethod": m, "path": "/test"}, "")) for m in ("POST", "PUT")
    }
    assert {method: route.response for method, route in routes.items()} == {
        "POST": "values",
        "PUT": "predictions",
    }
