"""`make new-model` asks rather than guesses: column, row, repair of a refusal; the target's kind."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from scripts import ROOT
from scripts.fitting.training_data import DataError
from scripts.new_model.__main__ import main
from scripts.new_model.names import check_model_name
from scripts.new_model.stack_files import (
    account_files,
    environments,
    pipeline_files,
    stack_files,
    without_setting,
)
from scripts.new_model.survey import Wishes, survey_file
from scripts.new_model.target import Target, read_kind
from tests.unit.test_new_model import ROWS, entry, survey

pytestmark = pytest.mark.unit

REFUSED: dict[str, tuple[list[str], str, str]] = {
    "mixed": (
        ["1.5", "2.5", "3.5", "4.5", "5.5", "6.5", "7.5", "no idea"],
        "column x: 35 of 40 cells are numbers, but row 8 holds 'no idea'",
        "--missing TEXT",
    ),
    "day or month": (
        ["03/04/2012", "05/06/2012"],
        "column x: '03/04/2012' in row 1 may be 2012-04-03 (%d/%m/%Y) or 2012-03-04 (%m/%d/%Y), "
        "and no other row decides it",
        "--date-format x=%d/%m/%Y",
    ),
    "short years": (
        ["03/04/12", "25/06/12"],
        "column x looks like dates ('03/04/12' in row 1), but no way to write them fits all rows",
        "--date-format x=%d/%m/%y",
    ),
    "no such day": (
        ["2012-02-28"] * 9 + ["2012-02-30"],
        "column x: 36 of 40 cells are datetimes, but row 10 holds '2012-02-30'",
        "--leave-out x",
    ),
    "two offsets": (
        ["2012-12-19T17:00:00+01:00", "2012-07-19T17:00:00+02:00"],
        "column x has several UTC offsets: +01:00 (row 1), +02:00 (row 2); "
        "the model's hours are those of one",
        "--utc-offset +01:00",
    ),
    "an offset here and there": (
        ["2012-12-19T17:00:00Z", "2012-07-19T17:00:00"],
        "column x has several UTC offsets: Z (row 1), none (row 2); the model's hours are those of one",
        "--utc-offset Z",
    ),
    "not available": (
        ["NA", "n/a", "2.5"],
        "rows.csv has 'NA', 'n/a' among numbers or dates (x), first 'NA' in row 1 of x",
        "--missing=NA --missing=n/a if it stands for no value",
    ),
    "no date": (
        ["2012-12-19", "?", "2012-12-21"],
        "rows.csv has '?' among numbers or dates (x), first '?' in row 2 of x",
        "--missing='?'",
    ),
    "money": (
        ["$12.50", "$1300.00", "$7"],
        "column x: '$12.50' in row 1 looks like a number with a sign of money or per cent",
        "--type x=string",
    ),
    "per cent": (
        ["12 %", "7.5%"],
        "column x: '12 %' in row 1 looks like a number with a sign of money or per cent",
        "take the signs out",
    ),
    "thousands": (
        ["1'234", "5'678"],
        "column x: \"1'234\" in row 1 looks like a number with a decimal comma, or with thousands marked",
        "--type x=string",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_may_be_read_in_two_ways_is_asked(tmp_path: Path, case: str) -> None:
    cells, problem, repair = REFUSED[case]
    with pytest.raises(DataError) as refusal:
        survey(tmp_path, {"x": cells})
    assert str(refusal.value) == problem
    assert repair in refusal.value.repair


def test_what_was_asked_can_be_answered(tmp_path: Path) -> None:
    american = entry(tmp_path, ["03/04/2012", "05/06/2012"], date_formats={"x": "%m/%d/%Y"})
    assert american["example"] == "2012-03-04"
    utc = entry(tmp_path, ["2012-12-19T17:00:00Z", "2012-07-19T17:00:00"], utc_offset="Z")
    assert utc["utc_offset"] == "Z"
    assert entry(tmp_path, ["1'234", "5'678"], types={"x": "string"})["enum"] == ["1'234", "5'678"]
    with pytest.raises(DataError, match="'03/04/2012' in row 1 is not written as %Y"):
        survey(tmp_path, {"x": ["03/04/2012"]}, date_formats={"x": "%Y"})


FILES: dict[str, tuple[str, dict[str, Any], str, str]] = {
    "no target": ("a,b\n" + "1,2\n" * 30, {"target": None}, "rows.csv has a, b", "TARGET=COLUMN"),
    "target misspelt": ("aa,bb\n" + "1,2\n" * 30, {"target": "ba"}, "no column ba", "name one as"),
    "twice": ("a,y,a\n" + "1,2,3\n" * 30, {}, "rows.csv has the column a twice", "rename one"),
    "one row": ("a,y\n1,2\n", {}, "rows.csv has 1 row: too few", "at least 20"),
    "no row": ("a,y\n", {}, "rows.csv has 0 rows: too few", "at least 20"),
    "ragged": ("a,y\n1,2\n1\n", {}, "row 2 (line 3) has 1 cells, the header 2", "mend that line"),
    "nothing": ("", {}, "rows.csv is empty", "a line with the columns' names"),
    "unnamed columns": ("a,,,y\n" + "1,,,2\n" * 30, {}, "several columns without a name", "name them"),
    "target in another case": ("a,Y\n" + "1,2\n" * 30, {}, "no column y (did you mean Y?)", "name one as"),
    "semicolons and decimal commas": (
        "a;b;y\n" + "1,5;2,5;3,5\n" * 30,
        {},
        "row 1 (line 2) has 4 cells, the header 1",
        "--delimiter ';' --decimal ,",
    ),
    "tabs": ("a\ty\n" + "1\t2\n" * 30, {}, "has one column, 'a\\ty'", "--delimiter tab"),
    "an open quote": ('a,y\n"1,2\n' * 30, {}, "rows.csv is no CSV: line 4", "in double quotes"),
    "semicolons": ("a;y\n" + "1;2\n" * 30, {}, "has one column, 'a;y'", "--delimiter ';'"),
    "no header": ("1.5,2\n" * 30, {}, "begins with numbers, 1.5, 2 …", "write a first line"),
    "nothing to learn from": (
        "a,y\n" + "1,2\n1,3.5\n" * 30,
        {"kind": "regression"},
        "no column to predict y from:\n  a: it is always 1",
        "--keep",
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_a_file_that_can_not_be_used_says_why(tmp_path: Path, case: str) -> None:
    text, wishes, problem, repair = FILES[case]
    (tmp_path / "rows.csv").write_text(text)
    with pytest.raises(DataError) as refusal:
        survey_file(tmp_path / "rows.csv", Wishes(**{"target": "y", **wishes}))
    assert problem in str(refusal.value)
    assert repair in refusal.value.repair


OTHERS: dict[str, tuple[bytes, str, str]] = {
    "UTF-16": ("a,y\n1,2\n".encode("utf-16"), "is UTF-16", "iconv -f UTF-16"),
    "gzip": (b"\x1f\x8b\x08\x00", "is compressed", "gunzip"),
    "Excel": (b"PK\x03\x04\xff\xfe", "is an Excel workbook or a zip", "save it as CSV"),
    "Parquet": (b"PAR1\x15\x84", "is Parquet", ".parquet"),
}


@pytest.mark.parametrize("case", OTHERS)
def test_a_file_that_is_no_text_is_called_what_it_is(tmp_path: Path, case: str) -> None:
    content, problem, repair = OTHERS[case]
    (tmp_path / "rows.csv").write_bytes(content)
    with pytest.raises(DataError, match=f"^rows.csv {problem}$") as refusal:
        survey_file(tmp_path / "rows.csv", Wishes(target="y"))
    assert repair in refusal.value.repair


def test_all_doubts_are_asked_at_once(tmp_path: Path) -> None:
    """Two columns, two answers, one command."""
    columns = {"a": ["03/04/2012", "05/06/2012"], "b b": ["1'234", "5'678"]}
    with pytest.raises(DataError, match="2 columns that can be read in more than one way") as refusal:
        survey(tmp_path, columns)
    assert "--date-format a=%d/%m/%Y" in str(refusal.value)
    assert "--type 'b b=string'" in str(refusal.value)
    made = survey(tmp_path, columns, date_formats={"a": "%d/%m/%Y"}, types={"b b": "string"})
    assert [each.type for each in made.columns] == ["datetime", "string"]


def test_a_mark_among_words_is_a_text_and_said_to_be(tmp_path: Path) -> None:
    """NA may be Namibia."""
    columns = {"x": ["NA", "DE", "FR"]}
    (column,) = survey(tmp_path, columns).columns
    assert column.notes == [
        "'NA' in 14 rows is taken as a text like others; --missing=NA if it stands for no value"
    ]
    (column,) = survey(tmp_path, columns, missing=["NA"]).columns
    assert column.notes == [] and set(column.present) == {"DE", "FR"}


def test_another_encoding_is_named_with_the_command_that_mends_it(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_bytes("größe,y\n1,2\n".encode("latin-1"))
    with pytest.raises(DataError, match=r"rows.csv is not UTF-8: byte 0xf6 at offset 2") as refusal:
        survey_file(tmp_path / "rows.csv", Wishes(target="y"))
    assert "iconv" in refusal.value.repair


KINDS: dict[str, tuple[list[Any], Target]] = {
    "amounts": (["0.5", "1234.5", "7"], Target("y", "regression", digits=2)),
    "many whole numbers": ([str(each) for each in range(30)], Target("y", "regression", digits=4)),
    "two words": (["yes", "no"] * 2, Target("y", "binary", ("no", "yes"))),
    "flags": (["1", "0"] * 2, Target("y", "binary", ("0", "1"))),
    "truth": ([True, False] * 2, Target("y", "binary", ("false", "true"))),
    "words": (["b", "c", "a"] * 2, Target("y", "multiclass", ("a", "b", "c"))),
}


@pytest.mark.parametrize("case", KINDS)
def test_the_targets_kind_is_told_from_its_values(case: str) -> None:
    cells, expected = KINDS[case]
    assert read_kind("y", cells, None, None) == expected


def test_whole_numbers_may_be_classes_or_amounts() -> None:
    cells = ["2", "10", "3"] * 2
    with pytest.raises(DataError, match="3 different whole numbers, 2 to 10: they may be classes or amounts"):
        read_kind("y", cells, None, None)
    assert read_kind("y", cells, "multiclass", None).labels == ("2", "3", "10")
    assert read_kind("y", cells, "regression", None).kind == "regression"


def test_the_class_whose_probability_is_given_can_be_chosen() -> None:
    assert read_kind("y", ["yes", "no"] * 2, None, "no").labels == ("yes", "no")
    with pytest.raises(DataError, match="maybe is none of two classes"):
        read_kind("y", ["yes", "no"] * 2, None, "maybe")


@pytest.mark.parametrize(
    ("cells", "kind", "problem"),
    [
        (["1", None, None], None, r"no value in row 2 \(and 2 of 3 rows in all\)"),
        (["7", "7"], None, "always '7': there is nothing to predict"),
        (["a", "a", "b"], None, "class 'b' of y occurs once, in row 3"),
        (["1.5", "2.5", "x"], "regression", "holds 'x' in row 3, which is no number"),
        (["a", "b", "c"], "binary", "has 3 values, not two"),
        ([f"word {row}" for row in range(60)], None, "60 different values: too many for classes"),
    ],
)
def test_a_target_that_can_not_be_learnt_is_refused(cells: list[Any], kind: str | None, problem: str) -> None:
    with pytest.raises(DataError, match=problem):
        read_kind("y", cells, kind, None)


@pytest.mark.parametrize("name", ["", "Wine", "9lives", "my_model", "a--b", "a-", "x" * 29, "../x"])
def test_a_model_can_not_be_called_anything(name: str) -> None:
    with pytest.raises(DataError, match="can't be a model's name"):
        check_model_name(name, ["staging"])


def test_the_accounts_roles_learn_the_stack() -> None:
    """The list of stacks in infra/bootstrap's account ends with the new one, and nothing else changes."""
    ((path, text),) = account_files("house-prices").items()
    before, after = path.read_text().splitlines(), text.splitlines()
    ((old, new),) = [pair for pair in zip(before, after, strict=True) if pair[0] != pair[1]]
    assert old.startswith('stacks = ["bike-rental", ')
    assert new == old.removesuffix("]") + ', "house-prices"]'


def test_a_stack_that_an_account_knows_is_not_named_twice() -> None:
    """--force on a stack that is there leaves the account as it is."""
    assert account_files("flight-delay") == {}


def test_atlantis_learns_the_stack() -> None:
    """Three projects more, each as bike-rental's, behind the others."""
    ((path, text),) = pipeline_files("house-prices").items()
    before, after = (yaml.safe_load(each) for each in (path.read_text(), text))
    added = after["projects"][len(before["projects"]) :]
    assert after == {**before, "projects": [*before["projects"], *added]}
    assert [project["name"] for project in added] == [
        "house-prices-dev", "house-prices-staging", "house-prices-prod",
    ]  # fmt: skip
    assert added[0] == json.loads(json.dumps(before["projects"][0]).replace("bike-rental", "house-prices"))
    assert pipeline_files("flight-delay") == {}


def test_the_stack_is_bike_rentals_without_what_is_only_its_own() -> None:
    """Its open route, that is: everything else is the same but for the name."""
    made = stack_files("wine")
    assert {path for path in made if path.endswith(".tfvars")} == {
        f"env/{env}.tfvars" for env in environments()
    }
    for path, text in made.items():
        if path not in ("README.md", ".terraform.lock.hcl"):
            assert "course" not in text and "POST /" not in text, path
            assert "bike" not in text.replace("../bike-rental/README.md", ""), path
    assert 'model = "wine"' in made["main.tf"]


def test_a_setting_goes_with_its_comment() -> None:
    text = 'a = 1\n\n# Why\n# it is.\nopen = ["POST /"]\n\nb = 2\n'
    text += "api = {\n  # Here too.\n  open = []\n  c = 3\n}\n"
    assert without_setting(text, "open") == "a = 1\n\nb = 2\napi = {\n  c = 3\n}\n"


def test_a_model_that_is_there_is_not_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rows.csv").write_text("a,y\n" + "1,2\n" * ROWS)
    arguments = ["--data", str(tmp_path / "rows.csv"), "--target", "y"]
    assert main(["flight-delay", *arguments]) == 1
    said = capsys.readouterr().err
    assert "there is models/flight-delay and infra/stacks/flight-delay already" in said
    assert "--force, which replaces contract.json" in said
    assert main(["bike-rental", *arguments, "--force"]) == 1
    assert "bike-rental is what new stacks are copied from" in capsys.readouterr().err


def test_a_dry_run_prints_the_contract_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    survey(tmp_path, {"x": ["0.5", "2.5"], "colour": ["red", "blue"]})
    assert main(["dry", "--data", str(tmp_path / "rows.csv"), "--target", "y", "--dry-run"]) == 0
    said = capsys.readouterr()
    assert said.out.startswith('{\n  "$schema"') and said.out.endswith("}\n")
    assert "note: the contract's examples are rows of the file" in said.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["", "--data", "", "--target", ""],
            "no name is given\n  repair: make new-model NAME=my-model FILE=rows.csv TARGET=COLUMN\n",
        ),
        (["pumps", "--data", "", "--target", ""], "no file is named\n  repair: FILE=rows.csv\n"),
        (
            ["pumps", "--data", "no-such.csv", "--target", ""],
            "no-such.csv isn't there\n  repair: FILE=rows.csv, the path of the file with the rows\n",
        ),
        (
            ["pumps", "--data", "models", "--target", ""],
            "models is a folder\n  repair: FILE=rows.csv, the path of the file with the rows\n",
        ),
    ],
)
def test_what_is_missing_is_named_as_make_takes_it(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """These are what make passes on where NAME, FILE and TARGET are left out."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setenv("MAKELEVEL", "1")
    assert main(arguments) == 1
    assert capsys.readouterr().err == f"new_model: {said}"
