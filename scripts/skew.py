"""Compare live requests with a contract's training data: `python -m scripts.skew bike-rental --capture FILE`.

Sources, of which at least one is named; each may be named with several files:

  --capture   SageMaker's data capture (JSON lines): files, or s3://bucket/prefix; the features as they went
  --log       log lines of the function with FEATURE_LOG_SAMPLE_RATE set: files, or s3://…; features too
  --requests  what clients sent: .csv with a header, .json or .jsonl; inputs and features

For each input and feature: the population stability index over the bins that `python -m scripts.fit` wrote
into the contract's statistics; values that are missing, outside the training data's range, or a category
that training never saw.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from scoring import Contract, ContractError
from scripts.check_contract import describe
from scripts.model_paths import contract_path
from scripts.skewing.captured import Captured, read_captures, read_feature_log
from scripts.skewing.compare import Comparison, Thresholds, compare_columns
from scripts.skewing.page import render_page
from scripts.skewing.report import Report, print_report, to_document
from scripts.skewing.requested import Requested, read_requests
from scripts.skewing.sources import SkewError, read_lines


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 when nothing failed, 1 when something did, or too few rows came to tell; 2 for wrong usage."""
    parser = _parser()
    options = parser.parse_args(arguments)
    sources = [*options.capture, *options.log, *map(str, options.requests)]
    if not sources:
        parser.error("name what to compare: --capture, --log or --requests")
    path = contract_path(options.model)
    try:
        contract = Contract.load(path)
        known = {each.name for each in contract.inputs} | set(contract.feature_names)
        if unknown := set(options.ignore) - known:
            parser.error(f"--ignore {', '.join(sorted(unknown))}: no input or feature of {contract.name}")
        report = compare(contract, options)
    except ContractError as error:
        print(f"skew: {path} can't be used\n\n{describe(error)}", file=sys.stderr)
        return 1
    except SkewError as error:
        print(f"skew: {error}", file=sys.stderr)
        return 1
    if options.html:
        options.html.parent.mkdir(parents=True, exist_ok=True)
        options.html.write_text(render_page(report), encoding="utf-8")
    if options.json:
        print(json.dumps(to_document(report), indent=2, ensure_ascii=False))
    else:
        print_report(report, Console(highlight=False, width=None if sys.stdout.isatty() else 160))
    if options.html:
        print(f"{options.html}: written", file=sys.stderr)
    return 0 if report.passed else 1


def compare(contract: Contract, options: argparse.Namespace) -> Report:
    """Read the sources and compare them; raises SkewError."""
    statistics = contract.statistics
    if not statistics:
        raise SkewError(
            f"the contract {contract.name} says nothing of its training data\n"
            f"  repair: python -m scripts.fit {contract.name} --data TRAINING.csv"
        )
    thresholds = Thresholds(tuple(options.psi), tuple(options.share), options.minimum)
    comparisons: list[Comparison] = []
    notes = []
    for what, paths, reader in (
        ("captured", options.capture, read_captures),
        ("logged", options.log, read_feature_log),
    ):
        if paths:
            found: Captured = reader(read_lines(paths), contract)
            notes.append(f"{len(found.matrix)} rows {what} in {found.requests} requests")
            if found.other_contract:
                notes.append(
                    f"{found.other_contract} of them under a contract of another digest than this one's"
                )
            features = dict(zip(contract.feature_names, found.matrix.T, strict=True))
            comparisons += compare_columns(
                f"{what} feature", statistics["features"], features, thresholds, options.ignore
            )
    requested = read_requests(options.requests, contract) if options.requests else None
    if requested is not None:
        comparisons += _compare_requests(contract, requested, thresholds, options.ignore)
        notes.append(f"{requested.rows} rows requested")
    return Report(
        contract.name,
        contract.version,
        contract.digest,
        statistics["rows"],
        [*options.capture, *options.log, *map(str, options.requests)],
        thresholds,
        comparisons,
        requested.refused if requested else 0,
        requested.rows if requested else 0,
        dict(requested.reasons.most_common()) if requested else {},
        notes,
    )


def _compare_requests(
    contract: Contract, requested: Requested, thresholds: Thresholds, ignored: Sequence[str]
) -> list[Comparison]:
    """Inputs, then the features that are no input passed through."""
    statistics = contract.statistics
    features = {
        name: column
        for name, column in zip(contract.feature_names, requested.matrix.T, strict=True)
        if name not in requested.columns
    }
    return [
        *compare_columns("input", statistics["inputs"], requested.columns, thresholds, ignored),
        *compare_columns("feature", statistics["features"], features, thresholds, ignored),
    ]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.skew",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="For example: python -m scripts.skew bike-rental --requests build/bike-rental/holdout.csv",
    )
    parser.add_argument("model", help="a model's name (models/<name>), or the path of a contract")
    parser.add_argument(
        "--capture", nargs="+", default=[], metavar="FILE", help="file, or s3://bucket/prefix"
    )
    parser.add_argument("--log", nargs="+", default=[], metavar="FILE", help="file, or s3://bucket/prefix")
    parser.add_argument("--requests", nargs="+", default=[], metavar="FILE", type=Path, help="file")
    parser.add_argument(
        "--psi", nargs=2, type=float, default=(0.1, 0.25), metavar=("WARN", "FAIL"), help="(0.1 0.25)"
    )
    parser.add_argument(
        "--share",
        nargs=2,
        type=float,
        default=(0.01, 0.05),
        metavar=("WARN", "FAIL"),
        help="of rows: missing more than in training, outside its range, unseen in it, refused (0.01 0.05)",
    )
    parser.add_argument("--minimum", type=int, default=200, help="rows to judge by (%(default)s)")
    parser.add_argument(
        "--ignore", nargs="+", default=[], metavar="NAME", help="inputs and features to show but not to judge"
    )
    parser.add_argument("--json", action="store_true", help="print a JSON document instead of the table")
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write a page with a picture of each column"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
