"""Prove that one revision is live and right: a deployed stack by its outputs, or a bare stage URL.

Asks AWS (or the local stage) what runs and the stage URL how it answers; retries only while it warms up.
A stack that passes is recorded as proven: what `make rollback` returns to (docs/rollback.md).
Exit code: 0 all passed, 1 a check failed or nothing is deployed, 2 wrong usage.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from rich.console import Console
from rich.status import Status

from scripts import ROOT
from scripts.rollback.record import record_name
from scripts.smoke.caller_options import TOKEN_VARIABLES, add_caller_arguments
from scripts.smoke.identity import Caller, MissingIdentity
from scripts.smoke.reach import caller_of_url, outputs_of_model
from scripts.smoke.record import record_results
from scripts.smoke.report import append_markdown, print_failures, render_table, to_json, write_junit
from scripts.smoke.result import Result
from scripts.smoke.routes import routes_to_predict
from scripts.smoke.subject import (
    Budget,
    Subject,
    SubjectError,
    read_contract,
    subject_of_stack,
    subject_of_url,
)
from scripts.smoke.table import CHECKS, run_checks
from scripts.smoke.tokens import find_tokens, tokens_for
from scripts.stack.arguments import KEPT, add_target_arguments
from scripts.stack.command import run_on, target_of
from scripts.stack.planned_outputs import find_planned_outputs
from scripts.stack.target import find_outputs, read_outputs


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the smoke test on what the arguments name."""
    parser = _parser()
    options = parser.parse_args(arguments)
    if options.saved_plan is not None and (options.url or not options.check_tokens):
        parser.error("--saved-plan goes with --check-tokens, and not with --url")
    command = _check_tokens if options.check_tokens else _test
    return run_on(target_of(options), lambda: command(options), (SubjectError, MissingIdentity))


def _check_tokens(options: argparse.Namespace) -> int:
    """Get the tokens that routes ask for: the applied ones, for a roll-back, and those of a plan that waits.

    Where there are neither, the contract's.
    """
    target = target_of(options)
    contract, _ = read_contract(_contract_file(options))
    known, tokens = {}, find_tokens(options.token)
    if not options.url:
        planned = find_planned_outputs(target, options.saved_plan)
        known = {"applied": find_outputs(target), "planned": planned}
        tokens = tokens_for(target, options.token)
    asked = {when: outputs_of_model(outputs, options.model) for when, outputs in known.items() if outputs}
    routes = [route for outputs in asked.values() or [None] for route in routes_to_predict(contract, outputs)]
    kinds = sorted({route["auth"] for route in routes} & set(TOKEN_VARIABLES))
    for kind in kinds:
        Caller(tokens=tokens).identify(kind)
    said = f"A token is at hand for {', '.join(kinds)}" if kinds else "No route asks for a token"
    print(f"{said} (routes: {' and '.join(asked)})" if asked else said)
    return 0


def _test(options: argparse.Namespace) -> int:
    subject, name = _find_subject(options)
    results = show_checks(subject, name, Console(stderr=True), _recorder(subject, options))
    if options.json:
        print(to_json(results, name))
    if options.junit_xml:
        write_junit(results, name, options.junit_xml)
    if options.markdown:
        append_markdown(results, name, options.markdown)
    return 1 if any(result.status == "failed" for result in results) else 0


def show_checks(
    subject: Subject,
    name: str,
    console: Console,
    record: Callable[[Sequence[Result]], Result] | None = None,
) -> list[Result]:
    """Run every check with a line of progress and record what they found; print the table and what failed."""
    results: list[Result] = []
    with Status("", console=console) as status:
        status.update(CHECKS[0][0])
        for result in run_checks(subject):
            results.append(result)
            if len(results) < len(CHECKS):
                status.update(f"{len(results)}/{len(CHECKS)}  {CHECKS[len(results)][0]}")
        if record is not None:
            status.update("record the proven revision")
            results.append(record(results))
    failed = sum(result.status == "failed" for result in results)
    console.print(f"Smoke test of {name} at {subject.client.url}", highlight=False, soft_wrap=True)
    console.print(render_table(results))
    print_failures(results, console)
    passed = sum(result.status == "passed" for result in results)
    skipped = sum(result.status == "skipped" for result in results)
    console.print(f"{passed} passed, {failed} failed, {skipped} skipped", highlight=False)
    return results


def _recorder(subject: Subject, options: argparse.Namespace) -> Callable[[Sequence[Result]], Result] | None:
    if options.url or not options.record:
        return None
    name = record_name(options.stack, options.env, options.model)
    return lambda results: record_results(subject, name, results)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m scripts.smoke_test",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
        epilog="For example: make smoke-test ENV=prod ON=aws ARGS='--latency-budget-ms 300'",
    )
    add_target_arguments(parser)
    add_caller_arguments(parser, url=True)
    parser.add_argument("--url", help="test this stage URL alone; AWS is not asked")
    parser.add_argument("--contract", type=Path, help="contract file (default: models/STACK/contract.json)")
    parser.add_argument(
        "--cors-origin", action="append", default=[], help="origin that may call --url; repeatable"
    )
    parser.add_argument("--latency-budget-ms", type=float, default=1000.0, help="for p95 (%(default)s)")
    parser.add_argument("--requests", type=int, default=20, help="warm requests to measure (%(default)s)")
    parser.add_argument(
        "--warm-up-seconds", type=float, default=120.0, help="deadline for warming (%(default)s)"
    )
    parser.add_argument(
        "--record",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="record a stack that passes as the revision to roll back to (default: do)",
    )
    parser.add_argument(
        "--check-tokens",
        action="store_true",
        help="only get the tokens that the routes ask for, as they are applied and as a plan that waits\n"
        "will make them, and call nothing: what a pipeline asks before it applies",
    )
    parser.add_argument(
        "--saved-plan",
        type=Path,
        nargs="?",
        const=KEPT,
        metavar="FILE",
        help="with --check-tokens: the plan that will be applied, the one that `plan` left or packed into\n"
        "FILE (default: the former, if it is there and still fits)",
    )
    parser.add_argument("--json", action="store_true", help="print the results as JSON")
    parser.add_argument("--junit-xml", type=Path, metavar="FILE", help="write the results as JUnit XML")
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="append what failed to FILE")
    return parser


def _contract_file(options: argparse.Namespace) -> Path:
    file: Path | None = options.contract
    return file or ROOT / "models" / options.stack / "contract.json"


def _find_subject(options: argparse.Namespace) -> tuple[Subject, str]:
    contract = _contract_file(options)
    budget = Budget(options.latency_budget_ms, options.requests, options.warm_up_seconds)
    if options.url:
        caller = caller_of_url(options.api_key, find_tokens(options.token))
        subject = subject_of_url(options.url, contract, caller, budget, tuple(options.cors_origin))
        return subject, str(subject.contract["name"])
    target = target_of(options)
    outputs, environment = outputs_of_model(read_outputs(target), options.model), target.environment()
    subject = subject_of_stack(
        outputs,
        environment,
        contract_file=contract,
        budget=budget,
        client=options.client,
        tokens=tokens_for(target, options.token),
    )
    return subject, f"{options.stack} of {options.env} on {options.on}"


if __name__ == "__main__":
    sys.exit(main())
