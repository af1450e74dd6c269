"""A model is named, or its contract is pointed at: where what is built of it goes."""

from pathlib import Path

import pytest

from scripts import ROOT
from scripts.model_paths import build_directory, contract_path

pytestmark = pytest.mark.unit

HERE = ROOT / "models" / "bike-rental" / "contract.json"


@pytest.mark.parametrize("model", ["bike-rental", str(HERE), str(HERE.parent)])
def test_a_model_of_this_repository_is_built_in_its_build(model: str) -> None:
    """Whether it is named or pointed at."""
    assert contract_path(model) == HERE
    assert build_directory(contract_path(model)) == ROOT / "build" / "bike-rental"


def test_a_contract_elsewhere_is_built_beside_it(tmp_path: Path) -> None:
    """By its own name, since its directory may be called anything."""
    contract = tmp_path / "contract.json"
    contract.write_text('{"name": "churn"}')
    for pointed in (contract, tmp_path):
        assert contract_path(str(pointed)) == contract
    assert build_directory(contract) == tmp_path / "build" / "churn"


@pytest.mark.parametrize("text", ["{", "[]", "{}", "\udcff"])
def test_a_contract_that_cannot_be_read_goes_by_its_directory(tmp_path: Path, text: str) -> None:
    """What is wrong with it is said by whoever loads it."""
    contract = tmp_path / "contract.json"
    contract.write_bytes(text.encode(errors="surrogateescape"))
    assert build_directory(contract) == tmp_path / "build" / tmp_path.name


def test_a_name_that_is_neither_model_nor_file_stays_as_it_is() -> None:
    """Commands say then that it isn't there."""
    assert contract_path("nowhere") == Path("nowhere")
