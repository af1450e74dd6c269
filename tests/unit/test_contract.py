"""Loading a contract: what a sound one says, and that everything wrong with another is found at once."""

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from scoring.contract import (
    Contract,
    ContractError,
    Endpoint,
    Input,
    Limits,
    Output,
    Problem,
    Reply,
    Route,
    Tolerance,
)
from tests.unit.contract_corpus import AGREEMENT, SOUND, STRUCTURAL, Broken

pytestmark = pytest.mark.unit

SMALLEST = {
    "name": "m",
    "version": "1.0.0",
    "inputs": [{"name": "x", "type": "number"}],
    "features": ["x"],
    "outputs": [{"name": "y"}],
}


def problems_of(data: Any) -> list[Problem]:
    with pytest.raises(ContractError) as caught:
        Contract.from_dict(data)
    return list(caught.value.problems)


class TestSound:
    def test_the_records_hold_what_the_file_says(self) -> None:
        contract = Contract.from_dict(SOUND, digest="abc")
        assert (contract.name, contract.version, contract.digest) == ("sample", "1.2.3", "abc")
        assert contract.inputs[1] == Input(
            "temp", "number", unit="°C", minimum=-50, maximum=60, example=16.4, has_example=True
        )
        assert contract.inputs[2] == Input(
            "season", "integer", enum=(1, 2, 3, 4), required=False, default=1, has_default=True
        )
        assert contract.inputs[3] == Input("colour", "string", enum=("red", "green"), required=False)
        assert contract.feature_names == ("temp", "open", "month", "hour")
        assert contract.endpoint == Endpoint(max_rows_per_call=500, reply=Reply({"score": 0, "all": (1, 2)}))
        assert contract.outputs == (Output("count"), Output("shares", source="all", length=2))
        assert contract.limits == Limits(100)
        assert contract.routes == (Route("/predict"), Route("/models/{id}", method="GET", auth="none"))
        assert contract.examples[0].tolerance == Tolerance(relative=0.001, absolute=1e-9)

    def test_what_is_left_out_has_its_default(self) -> None:
        contract = Contract.from_dict(SMALLEST)
        assert contract.endpoint == Endpoint("text/csv", "text/csv", 2000, Reply({"score": 0}, None))
        assert contract.routes == (Route("/predict", "POST", "api_key", "proxy", "predictions"),)
        assert contract.limits == Limits(10_000)
        assert (contract.description, contract.examples) == ("", ())

    @pytest.mark.parametrize(
        ("accept", "reply"),
        [
            ("application/json", Reply({"score": "/score"}, "/predictions")),
            ("application/jsonlines", Reply({"score": "/score"}, None)),
            ("application/x-recordio-protobuf", Reply({"score": "/score"}, None)),
        ],
    )
    def test_the_reply_follows_from_accept(self, accept: str, reply: Reply) -> None:
        assert Contract.from_dict(SMALLEST | {"endpoint": {"accept": accept}}).endpoint.reply == reply

    def test_features_are_named_after_their_input_unless_renamed(self) -> None:
        entry = {"operation": "datetime_parts", "input": ["a", "b"], "parts": ["hour", "day"]}
        contract = Contract.from_dict(
            SMALLEST
            | {
                "inputs": [{"name": "a", "type": "datetime"}, {"name": "b", "type": "datetime"}],
                "features": [entry, entry | {"as": ["w", "x", "y", "z"]}],
            }
        )
        assert contract.feature_names == ("a_hour", "a_day", "b_hour", "b_day", "w", "x", "y", "z")

    def test_the_digest_is_that_of_the_files_bytes(self, tmp_path: Path) -> None:
        path = tmp_path / "contract.json"
        path.write_text(json.dumps(SMALLEST), encoding="utf-8")
        assert Contract.load(path).digest == hashlib.sha256(path.read_bytes()).hexdigest()

    def test_the_bike_rentals_contract_makes_the_courses_row(self) -> None:
        contract = Contract.load(Path(__file__).parents[2] / "models/bike-rental/contract.json")
        row = ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027]
        made = [[4, 0, 1, 1, 16.4, 20.455, 50, 26.0027, 2012, 12, 19, 2, 17]]
        assert contract.transform([row]).tolist() == made


class TestBroken:
    @pytest.mark.parametrize(
        "broken", STRUCTURAL + AGREEMENT, ids=lambda broken: f"{broken.path}: {broken.expected}"
    )
    def test_a_problem_names_the_place_what_was_expected_and_what_stands_there(self, broken: Broken) -> None:
        found = problems_of(broken.contract())
        assert broken.pointer in [pointer for pointer, _, _ in found]
        texts = [(expected, stands) for pointer, expected, stands in found if pointer == broken.pointer]
        assert any(broken.expected in expected and broken.found in stands for expected, stands in texts), (
            texts
        )

    @pytest.mark.parametrize("broken", STRUCTURAL, ids=lambda broken: f"{broken.path}: {broken.expected}")
    def test_damage_in_one_place_is_not_reported_from_others(self, broken: Broken) -> None:
        """An input that can't be read doesn't make the features that name it wrong, and so on."""
        places = {pointer for pointer, _, _ in problems_of(broken.contract())}
        root = broken.pointer.rsplit("/", 1)[0] if broken.expected.startswith("the key") else broken.pointer
        assert all(place.startswith(root) for place in places) or broken.path in RENAMED, places

    def test_problems_of_all_sections_come_at_once_in_the_order_of_the_file(self) -> None:
        data = json.loads(json.dumps(SOUND))
        data["name"] = 5
        data["inputs"][1]["minimum"] = 70
        data["features"][0] = "tmp"
        data["outputs"][0]["source"] = "scor"
        data["routes"][1]["path"] = "x"
        data["inputs"][2]["typ"] = "integer"
        assert [pointer for pointer, _, _ in problems_of(data)] == [
            "/name",
            "/inputs/2/typ",
            "/inputs/1/minimum",
            "/features/0",
            "/outputs/0/source",
            "/routes/1/path",
        ]

    @pytest.mark.parametrize("data", [[], "x", None, 5, True])
    def test_a_contract_is_an_object(self, data: Any) -> None:
        assert [(pointer, expected) for pointer, expected, _ in problems_of(data)] == [("", "an object")]

    def test_the_error_reads_as_a_list_for_people(self) -> None:
        with pytest.raises(ContractError) as caught:
            Contract.from_dict(SMALLEST | {"features": ["z"], "version": 1})
        assert str(caught.value) == (
            "2 problems in the contract\n"
            "  /version: expected a version such as 1.0.0; found 1\n"
            '  /features/0: expected the name of an input: "x"; found "z"'
        )

    def test_a_pointer_escapes_what_json_pointers_must(self) -> None:
        assert problems_of(SMALLEST | {"a/b~c": 1})[0][0] == "/a~1b~0c"


RENAMED = {"inputs/1/name", "inputs/1"}
"""Without its name an input isn't there for the features either."""


class TestText:
    def load(self, tmp_path: Path, raw: bytes) -> list[Problem]:
        path = tmp_path / "contract.json"
        path.write_bytes(raw)
        with pytest.raises(ContractError) as caught:
            Contract.load(path)
        assert str(path) in str(caught.value)
        return list(caught.value.problems)

    def test_bad_json_is_told_with_line_and_column(self, tmp_path: Path) -> None:
        assert self.load(tmp_path, b'{\n  "name": "x",\n  oops\n}') == [
            ("", "a JSON document", "Expecting property name enclosed in double quotes at line 3, column 3")
        ]

    def test_every_repeated_key_is_told_with_its_pointer(self, tmp_path: Path) -> None:
        raw = b'{"name": "a", "name": "b", "inputs": [{"type": 1, "type": 2}], "limits": {}}'
        assert self.load(tmp_path, raw) == [
            ("/name", "a key that stands once", '"name" twice'),
            ("/inputs/0/type", "a key that stands once", '"type" twice'),
        ]

    @pytest.mark.parametrize("literal", [b"NaN", b"Infinity", b"-Infinity"])
    def test_numbers_that_json_does_not_know_are_refused(self, tmp_path: Path, literal: bytes) -> None:
        found = f"the literal {literal.decode()}"
        assert self.load(tmp_path, b'{"x": %s}' % literal) == [("", "numbers that JSON knows", found)]

    def test_a_number_beyond_float64_is_refused(self) -> None:
        limits = SMALLEST | {"inputs": [{"name": "x", "type": "number", "minimum": json.loads("1e400")}]}
        assert problems_of(limits) == [("/inputs/0/minimum", "a number", "Infinity")]

    def test_bytes_that_are_not_utf_8_are_told_with_their_offset(self, tmp_path: Path) -> None:
        assert self.load(tmp_path, b'{"name": "\xff"}') == [("", "UTF-8 text", "byte 0xff at offset 10")]

    @pytest.mark.parametrize("raw", [b"", b"\xef\xbb\xbf{}", b"[" * 100_000, b'{"x": ' + b"9" * 5000 + b"}"])
    def test_other_text_is_refused(self, tmp_path: Path, raw: bytes) -> None:
        assert self.load(tmp_path, raw)[0][:2] == ("", "a JSON document")

    def test_a_missing_file_is_a_contract_error_too(self, tmp_path: Path) -> None:
        with pytest.raises(ContractError) as caught:
            Contract.load(tmp_path / "nowhere.json")
        assert list(caught.value.problems) == [("", "a readable file", "No such file or directory")]
