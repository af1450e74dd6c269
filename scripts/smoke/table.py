"""Every check of the smoke test, in order, and how they are run."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import requests
from botocore.exceptions import BotoCoreError, ClientError

from scripts.smoke import answer_checks, page_checks, platform_checks, refusal_checks
from scripts.smoke.result import CheckFailed, CheckSkipped, Result
from scripts.smoke.subject import Subject

Check = Callable[[Subject], str]
Checked = TypeVar("Checked")

CHECKS: tuple[tuple[str, Check], ...] = (
    ("endpoint in service", platform_checks.endpoint_in_service),
    ("endpoint configuration", platform_checks.endpoint_configuration_is_live),
    ("model and artifact", platform_checks.model_is_live),
    ("alias", platform_checks.alias_points_at_version),
    ("code", platform_checks.code_is_what_was_built),
    ("function calls the endpoint", platform_checks.function_calls_endpoint),
    ("contract applied", platform_checks.contract_was_applied),
    ("newest API deployed", platform_checks.newest_api_is_deployed),
    ("stage answers", answer_checks.stage_answers),
    ("golden rows", answer_checks.golden_rows_are_right),
    ("contract live", answer_checks.contract_is_live),
    ("missing identity refused", refusal_checks.missing_identity_is_refused),
    ("wrong identity refused", refusal_checks.wrong_identity_is_refused),
    ("bad input explained", refusal_checks.bad_input_is_explained),
    ("broken JSON explained", refusal_checks.broken_json_is_explained),
    ("unknown path", refusal_checks.unknown_path_is_not_found),
    ("CORS", page_checks.pages_may_call),
    ("latency", answer_checks.latency_is_in_budget),
)


def run_checks(subject: Subject, checks: Sequence[tuple[str, Check]] = CHECKS) -> Iterator[Result]:
    """Run every check, whatever the others found, and yield each result as it comes."""
    return (run_check(name, check, subject) for name, check in checks)


def run_check(name: str, check: Callable[[Checked], str], subject: Checked) -> Result:
    """Run one check; what AWS or the network refuses is a failure with what to do."""
    started = time.perf_counter()
    status, found, expected, repair = _run(check, subject)
    return Result(name, status, time.perf_counter() - started, found, expected, repair)


def _run(check: Callable[[Checked], str], subject: Checked) -> tuple[str, str, str, str]:
    try:
        return "passed", check(subject), "", ""
    except CheckSkipped as skipped:
        return "skipped", str(skipped), "", ""
    except CheckFailed as failed:
        return "failed", failed.found, failed.expected, failed.repair
    except ClientError as error:
        code = error.response["Error"]["Code"]
        repair = f"grant {error.operation_name} to whom you run as, if it was denied; else make apply"
        return (
            "failed",
            f"{code}: {error.response['Error']['Message']}",
            f"{error.operation_name} to work",
            repair,
        )
    except (BotoCoreError, requests.RequestException) as error:
        return (
            "failed",
            f"{type(error).__name__}: {error}",
            "an answer",
            "is it deployed and reachable from here?",
        )
