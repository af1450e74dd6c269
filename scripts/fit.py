"""Find what a contract's operations need in training data: `python -m scripts.fit bike-rental --data x.csv`.

Writes the fitted parameters and the training data's statistics into the contract, whose layout stays as it
is, and with --matrix the transformed data to train on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scoring import Contract, ContractError
from scoring.contract_document import parse_document
from scoring.errors import InvalidInstances
from scoring.fit_features import Fitted, fit_features
from scripts.check_contract import describe
from scripts.fitting import findings, matrix_files, statistics
from scripts.fitting.training_data import DataError, TrainingData, read_training_data, refused
from scripts.json_layout import set_members
from scripts.model_paths import contract_path
from scripts.whole_file import write_whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 when fitted; 1 when the contract or the data don't allow it, or --check found a difference."""
    options = _parser().parse_args(arguments)
    contract_file = contract_path(options.model)
    if options.matrix and options.matrix.suffix.lower() not in matrix_files.WRITERS:
        print(f"fit: --matrix must end in one of {', '.join(matrix_files.WRITERS)}", file=sys.stderr)
        return 2
    try:
        return _run(options, contract_file)
    except ContractError as error:
        print(f"fit: {contract_file} can't be fitted\n\n{describe(error)}", file=sys.stderr)
    except InvalidInstances as refusal:
        named = refused(options.data, refusal)
        print(f"fit: {named}\n  repair: {named.repair}", file=sys.stderr)
    except DataError as error:
        print(f"fit: {error}" + (f"\n  repair: {error.repair}" if error.repair else ""), file=sys.stderr)
    return 1


def _run(options: argparse.Namespace, contract_file: Path) -> int:
    contract = Contract.load(contract_file, unfitted=True)
    data = read_training_data(options.data, contract, options.target)
    print(f"{options.data.name}: {data.rows} rows")
    text = contract_file.read_text(encoding="utf-8")
    document = parse_document(text.encode(), str(contract_file))
    fitted = fit_features(contract, document, data.columns, data.target, refit=_to_refit(options.refit))
    matrix = fitted.features.build_matrix(data.columns)
    _check_again(contract_file, text, fitted, data, matrix)
    section = statistics.describe(contract, fitted.features.names, data, matrix)
    changed = fitted_text(text, fitted, section)
    _report(fitted, section, findings.find_all(contract, data, section, matrix))
    if options.matrix:
        matrix_files.write_matrix(options.matrix, fitted.features.names, matrix, data.target)
        print(f"{options.matrix}: {matrix.shape[0]} rows, {matrix.shape[1]} features")
    output = options.output or contract_file
    stale = not output.is_file() or output.read_text(encoding="utf-8") != changed
    if options.check:
        print(f"{output} {'differs from what this data gives' if stale else 'is what this data gives'}")
        return int(stale)
    if stale:
        write_whole(output, changed)
    print(f"{output}: {'written' if stale else 'unchanged'}")
    return 0


def _to_refit(pointers: list[str] | None) -> list[str] | bool:
    return pointers or pointers is not None


def fitted_text(text: str, fitted: Fitted, section: dict[str, Any]) -> str:
    """The contract's text with what was found; all else stands as it stood."""
    for pointer, parameters in fitted.parameters.items():
        text = set_members(text, pointer, parameters)
    return set_members(text, "", {"statistics": statistics.section_text(section)})


def _check_again(
    contract_file: Path, text: str, fitted: Fitted, data: TrainingData, matrix: np.ndarray[Any, Any]
) -> None:
    """Load what is about to be written, and hold its matrix against the one that was fitted, bit by bit."""
    for pointer, parameters in fitted.parameters.items():
        text = set_members(text, pointer, parameters)
    served = Contract.from_dict(parse_document(text.encode(), str(contract_file)))
    if not np.array_equal(served.build_matrix(data.columns), matrix, equal_nan=True):
        raise DataError("the contract, saved and loaded, transforms otherwise than fitted", "report this bug")


def _report(fitted: Fitted, section: dict[str, Any], warnings: Sequence[str]) -> None:
    for pointer, parameters in fitted.parameters.items():
        print(f"  fitted {pointer}: {', '.join(parameters)}")
    print("\n  " + f"{'feature':32}" + "".join(f"{head:>12}" for head in HEADS))
    for name, each in section["features"].items():
        cells = [each["missing"], *(each.get(head, "") for head in HEADS[1:])]
        print(f"  {name:32}" + "".join(f"{_short(cell):>12}" for cell in cells))
    print()
    for warning in warnings:
        print(f"  warning: {warning}")


HEADS = ("missing", "minimum", "mean", "maximum", "std")


def _short(value: Any) -> str:
    return f"{value:.5g}" if isinstance(value, float) else str(value)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.fit",
        description="Fit a contract's operations to training data, and note what the data look like.",
        epilog="For example: python -m scripts.fit bike-rental --data training.csv --target count",
    )
    parser.add_argument("model", help="a model's name (models/<name>), or the path of a contract")
    parser.add_argument(
        "--data", type=Path, required=True, help="CSV with a header row, Parquet, or JSON lines"
    )
    parser.add_argument("--target", help="the column to predict: for leakage, target_encode and --matrix")
    parser.add_argument("--matrix", type=Path, help="write the transformed data too: .npz, .csv or .libsvm")
    parser.add_argument("--output", type=Path, help="write the contract here (default: where it was read)")
    parser.add_argument(
        "--refit",
        nargs="*",
        metavar="POINTER",
        help="fit anew what is fitted, or written by hand: all of it, or the operations at JSON pointers",
    )
    parser.add_argument("--check", action="store_true", help="don't write the contract; 1 if it would change")
    return parser


if __name__ == "__main__":
    sys.exit(main())
