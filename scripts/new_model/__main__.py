"""A file of rows → a model and a stack to begin with: `python -m scripts.new_model NAME --data rows.csv …`.

Writes models/NAME (a contract that loads, a train.py that trains, a README) and infra/stacks/NAME (the stack
of bike-rental with this model), copies the rows to build/NAME, and prints the commands that come next.
What can't be told from the file is asked, not guessed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from scoring import ContractError
from scoring.contract_document import parse_document
from scoring.contract_inputs import TYPES
from scripts import ROOT
from scripts.check_contract import describe
from scripts.fitting.training_data import DataError
from scripts.new_model.contract import draft
from scripts.new_model.model_files import data_name, model_files
from scripts.new_model.names import check_model_name
from scripts.new_model.stack_files import MODEL, account_files, environments, pipeline_files, stack_files
from scripts.new_model.summary import describe_survey, next_steps, shown_path, warnings
from scripts.new_model.survey import Wishes, survey_file
from scripts.new_model.target import KINDS
from scripts.whole_file import write_whole

MAKE: Final = 'make takes options in ARGS="…"'


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit 0 when written; 1 when the file can't be used, or files are there already; 2 wrong usage."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except ContractError as error:
        print(
            f"new_model: the drafted contract is unsound, which is a bug\n\n{describe(error)}",
            file=sys.stderr,
        )
    except DataError as error:
        repair = f"\n  repair: {error.repair}" if error.repair else ""
        by_make = f"\n  {MAKE}" if "--" in error.repair and "MAKELEVEL" in os.environ else ""
        print(f"new_model: {error}{repair}{by_make}", file=sys.stderr)
    return 1


def _run(options: argparse.Namespace) -> int:
    name = options.name
    if not name:
        raise DataError("no name is given", "make new-model NAME=my-model FILE=rows.csv TARGET=COLUMN")
    check_model_name(name, environments())
    if options.data == Path():
        raise DataError("no file is named", "FILE=rows.csv")
    if not options.data.is_file():
        what = "is a folder" if options.data.is_dir() else "isn't there"
        raise DataError(f"{options.data} {what}", "FILE=rows.csv, the path of the file with the rows")
    if not options.dry_run:
        _check_free(name, force=options.force)
    survey = survey_file(options.data, _wishes(options))
    drafted = draft(name, survey, examples=options.examples)
    say = sys.stderr if options.dry_run else sys.stdout
    for line in describe_survey(survey, parse_document(drafted.text.encode())):
        print(line, file=say)
    for sentence in warnings(survey, drafted, examples=options.examples):
        print(f"  note: {sentence}", file=say)
    if options.dry_run:
        print(drafted.text, end="")
        return 0
    files = {
        ROOT / "models" / name / path: text
        for path, text in model_files(name, survey, drafted, examples=options.examples).items()
    } | {ROOT / "infra" / "stacks" / name / path: text for path, text in stack_files(name).items()}
    listing = account_files(name) | pipeline_files(name)
    print()
    for path, text in (files | listing).items():
        done = f"added {name} to" if path in listing else "replaced" if path.exists() else "wrote"
        print(f"{done:8} {shown_path(path, ROOT)}")
        write_whole(path, text)
    copy = ROOT / "build" / name / data_name(survey)
    copy.parent.mkdir(parents=True, exist_ok=True)
    if not (copy.exists() and copy.samefile(options.data)):
        shutil.copyfile(options.data, copy)
    print(f"copied   {shown_path(copy, ROOT)} (not in git)")
    print(f"\nGo through models/{name}/README.md; then, in this order:\n")
    print("\n".join(next_steps(name)))
    return 0


def _check_free(name: str, *, force: bool) -> None:
    """Raise DataError if files would be overwritten that the person hasn't given up."""
    if name == MODEL:
        raise DataError(f"{MODEL} is what new stacks are copied from", "choose another NAME")
    present = [path for path in (ROOT / "models" / name, ROOT / "infra" / "stacks" / name) if path.exists()]
    if present and not force:
        shown = " and ".join(shown_path(path, ROOT) for path in present)
        raise DataError(
            f"there is {shown} already",
            "choose another NAME; or --force, which replaces contract.json, train.py, README.md of the model "
            "and every file of the stack that bike-rental has too, and leaves other files",
        )


def _wishes(options: argparse.Namespace) -> Wishes:
    return Wishes(
        target=options.target or None,
        kind=options.kind,
        positive=options.positive,
        delimiter=options.delimiter,
        decimal=options.decimal,
        missing=options.missing,
        types=dict(options.type),
        date_formats=dict(options.date_format),
        utc_offset=options.utc_offset,
        leave_out=options.leave_out,
        keep=options.keep,
    )


def _pair(text: str) -> tuple[str, str]:
    column, equals, value = text.rpartition("=")
    if not (column and equals and value):
        raise argparse.ArgumentTypeError(f"{text!r} is not written COLUMN=VALUE")
    return column, value


def _typed(text: str) -> tuple[str, str]:
    column, kind = _pair(text)
    if kind not in TYPES:
        raise argparse.ArgumentTypeError(f"{kind!r} is none of {', '.join(TYPES)}")
    return column, kind


def _one_character(text: str) -> str:
    text = {"\\t": "\t", "tab": "\t"}.get(text, text)
    if len(text) != 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not one character")
    return text


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.new_model",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
        epilog="For example: make new-model NAME=bike-count FILE=build/bike-rental/training.csv TARGET=count",
    )
    add = parser.add_argument
    add("name", help="the model's name, and the stack's: lower-case letters, digits, hyphens")
    add("--data", type=Path, required=True, help="CSV with a header row, Parquet, or JSON lines")
    add("--target", metavar="COLUMN", help="the column to predict")
    add("--kind", choices=KINDS, help="of the target, where the file leaves it open")
    add("--positive", metavar="LABEL", help="of two classes, the one whose probability is given (the last)")
    add("--leave-out", metavar="COLUMN", action="append", default=[], help="don't use a column")
    add("--keep", metavar="COLUMN", action="append", default=[], help="use one that would be left out")
    add("--type", metavar="COLUMN=TYPE", type=_typed, action="append", default=[], help=", ".join(TYPES))
    add(
        "--date-format", metavar="COLUMN=FORMAT", type=_pair, action="append", default=[],
        help="how dates are written, such as %%d/%%m/%%Y; ISO 8601 needs none",
    )  # fmt: skip
    add("--utc-offset", metavar="OFFSET", help="of the model's local time, such as +01:00 or Z")
    add(
        "--missing",
        metavar="TEXT",
        action="append",
        default=[],
        help="a text that stands for no value, as NA",
    )
    add(
        "--delimiter",
        type=_one_character,
        default=",",
        help="what ends a cell of CSV (a comma; tab for tabs)",
    )
    add("--decimal", choices=(".", ","), default=".", help="the decimal mark of CSV (a point)")
    add(
        "--no-examples", dest="examples", action="store_false",
        help="put no row of the file into the contract, but a made-up one: for personal data",
    )  # fmt: skip
    add("--dry-run", action="store_true", help="print the contract and write nothing")
    add("--force", action="store_true", help="replace files of a model and a stack that are there")
    return parser


if __name__ == "__main__":
    sys.exit(main())
