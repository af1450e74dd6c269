"""Predict the rows of a file: CSV, JSON or JSON lines in, CSV, JSON or JSON lines out, any number of rows.

The numbers are the same whichever way they come. What differs is what a client has to know:
"""

import argparse
import contextlib
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import IO, Any

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from scoring import Contract, ContractError
from scripts import ROOT
from scripts.predict.errors import PredictError
from scripts.predict.find_way import As, find_way, way_of_url
from scripts.predict.read_rows import FORMATS, Reading, Row, format_of, read_rows
from scripts.predict.ways import KNOWLEDGE, Prediction, Way, explain
from scripts.predict.write_predictions import WRITERS, Writer
from scripts.smoke.caller_options import TOKEN_VARIABLES, add_caller_arguments
from scripts.smoke.identity import MissingIdentity
from scripts.smoke.reach import SubjectError, caller_of_url
from scripts.smoke.tokens import find_tokens, tokens_for
from scripts.stack.arguments import add_target_arguments
from scripts.stack.command import run_on, target_of
from scripts.stack.target import Target

FAILURES = (PredictError, SubjectError, MissingIdentity, ContractError, ClientError, BotoCoreError)


def main(arguments: Sequence[str] | None = None) -> int:
    """Predict; exit code 0 done, 1 failed, 2 wrong usage, 130 interrupted (whole lines are written)."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.url and options.via != "api":
        parser.error(f"--url is a way by itself (--via api); --via {options.via} finds its way by --stack")
    target = target_of(options)
    return run_on(target, lambda: _predict(target, options), FAILURES)


def _predict(target: Target, options: argparse.Namespace) -> int:
    if not options.url:
        target.check()
    try:
        predict_file(options, Console(stderr=True, highlight=False))
    except BrokenPipeError:
        raise
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return 1
    return 0


def predict_file(options: argparse.Namespace, console: Console) -> None:
    """Read, predict and write, a call's rows at a time."""
    contract = _contract(options)
    if options.file and (options.file.is_dir() or not options.file.exists()):
        what = "is a folder" if options.file.is_dir() else "isn't there"
        raise PredictError(
            f"{options.file} {what}.\n  repair   make predict FILE=rows.csv (or .json, .jsonl)"
        )
    kind = options.input_format or format_of(options.file)
    if kind is None:
        raise PredictError(_unknown_format(options.file))
    types = {item.name: item.type for item in contract.inputs} if contract else None
    reading = Reading(kind, not options.no_header, types, options.ignore)
    with contextlib.ExitStack() as stack:
        source = stack.enter_context(_open_input(options.file))
        way = _find_way(options, contract)
        stack.callback(way.close)
        sink = stack.enter_context(_open_output(options.output))
        writer = WRITERS[options.format or format_of(options.output) or "csv"](sink)
        progress = stack.enter_context(_progress(console))
        began = time.perf_counter()
        task = progress.add_task(options.via, total=_count_lines(options.file, kind))
        rows = predict_rows(way, read_rows(source, reading), writer, progress, task, options.with_input)
        writer.close()
    seconds = time.perf_counter() - began
    calls = f"{way.calls} call" + ("" if way.calls == 1 else "s")
    console.print(f"{rows} rows by {options.via} in {seconds:.2f} s, {calls}")


def _unknown_format(file: Path | None) -> str:
    if file is None and sys.stdin.isatty():
        return "Which rows?\n  repair   make predict FILE=rows.csv (or .json, .jsonl)"
    if file is None:
        return (
            "Rows come from standard input, since no file is named; what format are they?\n"
            "  repair   make predict FILE=rows.csv, or ARGS='--input-format csv' (or json, jsonl)"
        )
    return f"What format has {file}?\n  repair   ARGS='--input-format csv' (or json, jsonl)"


def predict_rows(
    way: Way, rows: Iterator[Row], writer: Writer, progress: Progress, task: TaskID, with_input: bool
) -> int:
    """Predict all rows and write them as they come; return how many there were."""
    done = 0
    while batch := list(islice(rows, way.rows_per_call)):
        predictions = way.predict([row.instance for row in batch], done)
        if with_input:
            predictions = [_beside(row, each) for row, each in zip(batch, predictions, strict=True)]
        writer.write(predictions)
        done += len(batch)
        progress.update(task, completed=done)
    return done


def _beside(row: Row, prediction: Prediction) -> Mapping[str, Any]:
    return {**row.columns, **{f"predicted_{name}": value for name, value in prediction.items()}}


def _contract(options: argparse.Namespace) -> Contract | None:
    """Load the contract; a client of a bare URL has none, and needs none."""
    if options.url and not options.contract:
        return None
    file = options.contract or ROOT / "models" / options.stack / "contract.json"
    return Contract.load(file)


def _find_way(options: argparse.Namespace, contract: Contract | None) -> Way:
    if options.url or contract is None:
        tokens = find_tokens(options.token)
        auth = options.auth or ("api_key" if options.api_key else next(iter(tokens), "none"))
        return way_of_url(options.url, options.path, auth, caller_of_url(options.api_key, tokens), contract)
    target = target_of(options)
    return find_way(
        options.via, target, contract, As(options.client, tokens_for(target, options.token), options.model)
    )


@contextlib.contextmanager
def _open_input(path: Path | None) -> Iterator[IO[bytes]]:
    if path is None:
        yield sys.stdin.buffer
    else:
        with path.open("rb") as file:
            yield file


@contextlib.contextmanager
def _open_output(path: Path | None) -> Iterator[IO[str]]:
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            yield file


def _count_lines(path: Path | None, kind: str) -> int | None:
    """Count lines as an estimate of the rows; None where it would say nothing."""
    if path is None or kind == "json" or not path.is_file():
        return None
    with path.open("rb") as file:
        return sum(block.count(b"\n") for block in iter(lambda: file.read(1 << 20), b""))


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("rows"),
        TimeElapsedColumn(),
        console=console if console.is_terminal else Console(quiet=True),
        transient=True,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.predict",
        description=f"{__doc__}\n{explain()}\n\nThe lesson at length: docs/clients.md",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="For example: make predict FILE=build/bike-rental/holdout.csv ARGS='--ignore count'",
    )
    parser.add_argument("file", type=_path, nargs="?", help="rows to predict; left out or -: standard input")
    parser.add_argument("--via", choices=tuple(KNOWLEDGE), default="api", help="which way (%(default)s)")
    parser.add_argument("--output", type=_path, help="where predictions go (standard output)")
    parser.add_argument("--format", choices=FORMATS, help="of the output (its suffix, else csv)")
    parser.add_argument("--input-format", choices=FORMATS, help="of the input (its suffix)")
    parser.add_argument(
        "--no-header", action="store_true", help="a CSV's rows are in the contract's order, without a header"
    )
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="COLUMN",
        help="a column that isn't sent, such as the target; repeatable",
    )
    parser.add_argument(
        "--with-input", action="store_true", help="write the input's columns too, predictions as predicted_…"
    )
    add_target_arguments(parser)
    add_caller_arguments(parser, url=True)
    parser.add_argument("--contract", type=Path, help="contract file (default: models/STACK/contract.json)")
    parser.add_argument("--url", help="a stage URL; neither AWS nor the contract is needed then")
    parser.add_argument("--path", default="/predict", help="path of --url (%(default)s)")
    kinds = ("api_key", "iam", *TOKEN_VARIABLES, "none")
    parser.add_argument("--auth", choices=kinds, help="of --url's path (by what is given: key, token, none)")
    return parser


def _path(text: str) -> Path | None:
    return None if text == "-" else Path(text)


if __name__ == "__main__":
    sys.exit(main())
