"""`python -m scripts.from_sklearn` from files to files."""

import json
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from scoring.contract import Contract
from scripts import from_sklearn

pytestmark = pytest.mark.unit

CSV = "age,city,rooms,price\n1,Bern,2,10\n,Rom,3,11\n3,,4,12\n3,Rom,5,13\n"


def frame() -> pd.DataFrame:
    return pd.DataFrame(
        {"age": [1.0, np.nan, 3.0, 3.0], "city": ["Bern", "Rom", np.nan, "Rom"], "rooms": [2, 3, 4, 5]}
    )


def pipeline() -> Pipeline:
    columns = ColumnTransformer(
        [
            ("numbers", make_pipeline(SimpleImputer(), StandardScaler()), ["age"]),
            ("city", OneHotEncoder(handle_unknown="ignore"), ["city"]),
        ],
        remainder="passthrough",
    )
    return Pipeline([("columns", columns)]).fit(frame())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pipeline and the data that it was fitted on."""
    joblib.dump(pipeline(), tmp_path / "pipeline.joblib")
    (tmp_path / "train.csv").write_text(CSV, encoding="utf-8")
    return tmp_path


def run(folder: Path, *more: str) -> int:
    arguments = [str(folder / "contract.json"), "--pipeline", str(folder / "pipeline.joblib"), *more]
    return from_sklearn.main([*arguments, "--data", str(folder / "train.csv")])


def test_a_new_contract_has_the_data_s_inputs_and_the_pipeline_s_features(folder: Path) -> None:
    assert run(folder, "--new") == 0
    document: dict[str, Any] = json.loads((folder / "contract.json").read_text())
    assert document["inputs"] == [
        {"name": "age", "type": "integer", "minimum": 1, "maximum": 3, "required": False, "example": 1},
        {"name": "city", "type": "string", "required": False, "example": "Bern"},
        {"name": "rooms", "type": "integer", "minimum": 2, "maximum": 5, "example": 2},
    ]
    imputed = {"operation": "impute", "input": "age", "values": [7 / 3]}
    scale = (((4 / 3) ** 2 + 2 * (2 / 3) ** 2) / 4) ** 0.5  # of 1, 7/3, 3, 3 around 7/3
    scaled = document["features"].pop(0)
    assert scaled.pop("scale") == pytest.approx([scale], rel=1e-15)
    assert scaled == {"operation": "standardize", "input": imputed, "mean": [7 / 3]}
    assert document["features"] == [
        {
            "operation": "one_hot",
            "input": "city",
            "unknown": "ignore",
            "categories": [["Bern", "Rom", None]],
        },
        "rooms",
    ]
    assert document["provenance"]["version"] == "1.8.0"
    made = Contract.load(folder / "contract.json").transform(frame())
    np.testing.assert_array_equal(made, pipeline().transform(frame()))


def test_an_existing_contract_keeps_what_is_no_feature(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(folder, "--new")
    document = json.loads((folder / "contract.json").read_text())
    document |= {"features": ["rooms"], "description": "Mine.", "name": "mine"}
    (folder / "contract.json").write_text(json.dumps(document, indent=2))
    assert run(folder, "--check") == 1
    assert json.loads((folder / "contract.json").read_text()) == document
    capsys.readouterr()
    assert run(folder, "--json") == 0
    report = json.loads(capsys.readouterr().out)
    assert report["holds"] is True
    assert [each["rows"] for each in report["rows"]] == ["data", "edges"]
    written = json.loads((folder / "contract.json").read_text())
    assert (written["description"], len(written["features"])) == ("Mine.", 3)
    assert run(folder, "--check") == 0


def test_a_contract_that_makes_other_numbers_is_not_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("scripts.sklearn_conversion.scaling.numbers", lambda array, what: [2.0] * len(array))
    assert run(folder, "--new") == 1
    assert not (folder / "contract.json").exists()
    assert "makes other numbers than the pipeline" in capsys.readouterr().err
