"""Look at a checkout, the tools, the credentials, the account and a deployed stack, and say what is wrong.

Changes nothing. Each finding has what was expected, what was found and the command that mends it; what
can't be checked here is skipped with the reason. Exit code: 0 nothing wrong, 1 something is, 2 wrong usage.
"""

import argparse
import sys
from collections.abc import Callable, Sequence

from rich.console import Console

from scripts.doctor import (
    account_checks,
    checkout_checks,
    stack_checks,
    state_checks,
    token_checks,
    toolchain_checks,
)
from scripts.doctor.patient import Patient
from scripts.smoke.report import print_failures, render_table, to_json
from scripts.smoke.result import CheckFailed, Result
from scripts.smoke.table import run_check
from scripts.stack.arguments import add_target_arguments
from scripts.stack.target import StackError, Target, TargetError
from scripts.terraform import TerraformError

Check = Callable[[Patient], str]

CHECKS: dict[str, tuple[tuple[str, Check], ...]] = {
    "checkout": (
        ("disk", checkout_checks.disk_has_room),
        ("commit", checkout_checks.checkout_is_clean),
        ("generated files", checkout_checks.generated_files_are_current),
        ("contract", checkout_checks.contract_loads),
        ("artefacts", checkout_checks.artefacts_are_of_this_contract),
    ),
    "toolchain": (
        ("Python", toolchain_checks.python_is_supported),
        ("Terraform", toolchain_checks.terraform_is_there),
        ("provider", toolchain_checks.provider_can_be_had),
        ("bytecode", toolchain_checks.zip_gets_bytecode),
        ("steps of apply", toolchain_checks.apply_steps_can_ask_aws),
    ),
    "account": (
        ("local stage", account_checks.stage_is_up),
        ("endpoints", account_checks.endpoints_are_awss),
        ("region", account_checks.region_is_set),
        ("credentials", account_checks.credentials_work),
        ("state", state_checks.state_can_be_kept),
        ("boundary of roles", state_checks.roles_are_bounded),
        ("API Gateway's log role", account_checks.api_gateway_can_log),
        ("quotas", account_checks.quotas_allow_it),
    ),
    "stack": (
        ("deployed", stack_checks.it_is_deployed),
        ("endpoint", stack_checks.endpoint_serves),
        ("alias", stack_checks.alias_is_whole),
        ("runtime", stack_checks.runtime_is_supported),
        ("alarms", stack_checks.no_alarm_is_on),
        ("who is told", stack_checks.somebody_is_told),
        ("keys", stack_checks.keys_work),
        ("tokens", token_checks.tokens_can_be_had),
    ),
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the checks."""
    parser = argparse.ArgumentParser(
        prog="python -m scripts.doctor",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
        epilog="For example: make doctor STACK=bike-rental ENV=prod ON=aws ARGS='--only account'",
    )
    add_target_arguments(parser)
    parser.add_argument("--only", choices=sorted(CHECKS), action="append", help="a part; repeatable")
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    options = parser.parse_args(arguments)
    patient = Patient(Target(options.stack, options.env, options.on, options.stage))
    try:
        patient.target.check()
    except TargetError as error:
        print(error, file=sys.stderr)
        return 2
    console = Console(stderr=True, highlight=False)
    results = examine(patient, options.only or list(CHECKS), console)
    if options.json:
        print(to_json(results, f"{options.stack} of {options.env} on {options.on}"))
    return 1 if any(result.status == "failed" for result in results) else 0


def examine(patient: Patient, parts: Sequence[str], console: Console) -> list[Result]:
    """Run the checks of the parts, a table a part as it is done, then what is wrong and how to mend it."""
    every: list[Result] = []
    for part in parts:
        results = []
        with console.status(part) as status:
            for name, check in CHECKS[part]:
                status.update(f"{part}: {name}")
                results.append(run_check(name, _guarded(check), patient))
        console.print(f"[bold]{part}[/bold]")
        console.print(render_table(results))
        every += results
    print_failures(every, console)
    failed = sum(result.status == "failed" for result in every)
    skipped = sum(result.status == "skipped" for result in every)
    unseen = f" {skipped} could not be checked here, for the reasons above." if skipped else ""
    said = f"{failed} of {len(every)} findings to mend." if failed else "Nothing wrong was found."
    console.print(f"{said}{unseen}", soft_wrap=True)
    return every


def _guarded(check: Check) -> Check:
    """What a command of ours refuses is a finding as well."""

    def guarded(patient: Patient) -> str:
        try:
            return check(patient)
        except (StackError, TerraformError, OSError) as error:
            said, _, repair = str(error).partition("repair")
            raise CheckFailed(
                expected="an answer",
                found=" ".join(said.split()),
                repair=" ".join(repair.split()) or "see what is wrong above it",
            ) from error

    return guarded


if __name__ == "__main__":
    sys.exit(main())
