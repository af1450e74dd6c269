"""A fitted scikit-learn pipeline → a contract: `python -m scripts.from_sklearn NAME --pipeline p.joblib`.

Writes the features, the output steps and the provenance into the contract, whose layout stays as it is, after
holding what the contract makes of real and edge rows against what scikit-learn makes of them.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from scoring import Contract, ContractError
from scoring.contract_document import parse_document
from scoring.contract_inputs import build_inputs
from scoring.contract_sections import Input
from scripts.check_contract import describe
from scripts.fitting.training_data import DataError, read_training_data
from scripts.generated_file import ROOT
from scripts.model_paths import contract_path
from scripts.sklearn_conversion.convert import convert, fitted_names
from scripts.sklearn_conversion.documents import converted_text, new_text
from scripts.sklearn_conversion.draft import draft_inputs
from scripts.sklearn_conversion.load_pipeline import Loaded, load_pipeline
from scripts.sklearn_conversion.parity_report import print_parity, report, to_json
from scripts.sklearn_conversion.refusals import ConversionError
from scripts.whole_file import write_whole


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 when converted; 1 when something isn't expressible or differs, or --check found a difference."""
    options = _parser().parse_args(arguments)
    if options.new and not options.data:
        print("from_sklearn: --new drafts inputs from data; name it with --data", file=sys.stderr)
        return 2
    try:
        return _run(options)
    except ContractError as error:
        print(f"from_sklearn: the contract doesn't suit the pipeline\n\n{describe(error)}", file=sys.stderr)
    except (ConversionError, DataError) as error:
        print(
            f"from_sklearn: {error}" + (f"\n  repair: {error.repair}" if error.repair else ""),
            file=sys.stderr,
        )
    return 1


def _run(options: argparse.Namespace) -> int:
    loaded = load_pipeline(options.pipeline)
    contract_file = _contract_file(options)
    text = _text_before(options, contract_file, loaded)
    document = parse_document(text.encode(), str(contract_file))
    converted = convert(loaded.estimator, _inputs(document))
    changed = converted_text(text, document, converted, loaded.provenance)
    contract = Contract.from_dict(parse_document(changed.encode(), str(contract_file)))
    data = read_training_data(options.data, contract).columns if options.data else None
    parities = report(contract, converted, data)
    if options.json:
        print(json.dumps(to_json(contract, parities), indent=2))
    else:
        print_parity(contract, converted, parities)
    if not all(each.holds for each in parities):
        raise ConversionError(
            "the contract makes other numbers than the pipeline; nothing was written",
            "look at the columns marked above, and report it: a converter is wrong",
        )
    if not any(each.compared for each in parities):
        raise ConversionError(
            "there was no row that both the contract and scikit-learn answer; nothing was written",
            "name rows with --data, and see what is said above",
        )
    return _write(options, contract_file, changed)


def _write(options: argparse.Namespace, contract_file: Path, changed: str) -> int:
    output = options.output or contract_file
    say = sys.stderr if options.json else sys.stdout
    stale = not output.is_file() or output.read_text(encoding="utf-8") != changed
    if options.check:
        print(f"{output} {'differs from' if stale else 'is'} what this pipeline gives", file=say)
        return int(stale)
    if stale:
        write_whole(output, changed)
    print(f"{output}: {'written' if stale else 'unchanged'}", file=say)
    return 0


def _contract_file(options: argparse.Namespace) -> Path:
    found = contract_path(options.model)
    if not options.new or found.suffix == ".json":
        return found
    return (ROOT / "models" / options.model if "/" not in options.model else found) / "contract.json"


def _text_before(options: argparse.Namespace, contract_file: Path, loaded: Loaded) -> str:
    if not options.new:
        if not contract_file.is_file():
            raise ConversionError(
                f"there is no contract {contract_file}", "draft one from data: --new --data FILE"
            )
        return contract_file.read_text(encoding="utf-8")
    if contract_file.is_file() and not options.output:
        raise ConversionError(f"there is a contract {contract_file} already", "leave --new out")
    name = contract_file.parent.name if contract_file.name == "contract.json" else contract_file.stem
    return new_text(
        re.sub("[^a-z0-9]+", "-", name.lower())[:40],
        draft_inputs(options.data, fitted_names(loaded.estimator)),
    )


def _inputs(document: Any) -> tuple[Input, ...]:
    problems: list[Any] = []
    inputs = build_inputs(
        document.get("inputs", ()) if isinstance(document, dict) else (), "/inputs", problems
    )
    if problems:
        raise ContractError(problems)
    return inputs


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.from_sklearn",
        description="Convert a fitted scikit-learn pipeline into a contract's features and output steps, and "
        "prove over real and edge rows that the numbers are the same. "
        "docs/from-sklearn.md lists the classes. A pickle is a program, and loading it runs it: load only "
        "files that you, or people you trust, have made.",
        epilog="For example: python -m scripts.from_sklearn flats --pipeline flats.joblib --data flats.csv",
    )
    parser.add_argument("model", help="a model's name (models/<name>), or the path of a contract")
    parser.add_argument(
        "--pipeline", required=True, help="FILE.joblib, FILE.pickle, or module:attribute (load only your own)"
    )
    parser.add_argument(
        "--data", type=Path, help="rows to compare on: CSV with a header row, Parquet, or JSON lines"
    )
    parser.add_argument("--new", action="store_true", help="draft a contract whose inputs are as in --data")
    parser.add_argument("--output", type=Path, help="write the contract here (default: where it was read)")
    parser.add_argument("--check", action="store_true", help="don't write the contract; 1 if it would change")
    parser.add_argument("--json", action="store_true", help="the comparison as JSON")
    return parser


if __name__ == "__main__":
    sys.exit(main())
