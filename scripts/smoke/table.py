"""Every check of the smoke test, in order, and how they are run."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

import requests
from botocore.exceptions import BotoCoreError, ClientError

from scripts.smoke import answer_checks, page_checks, platform_checks, refusal_checks
from scripts.smoke.foreign_errors import refused_by_aws, unreachable
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
    """Run every check, whatever the others found, and yield each result as it comes.

    A check that fails for the cause of an earlier one is as red, and names that one in place of a repair.
    """
    told: dict[str, str] = {}
    for name, check in checks:
        result, causes = _timed(name, check, subject)
        cause = next((cause for cause in causes if cause in told), None)
        for each in causes:
            told.setdefault(each, name if cause is None else told[cause])
        yield result if cause is None else _follow(result, cause, told[cause])


def _follow(result: Result, cause: str, earlier: str) -> Result:
    return replace(
        result,
        found=f"not judged: {cause}",
        repair=f"mend ✗ {earlier} first: this follows from it, and can't be judged before",
    )


def run_check(name: str, check: Callable[[Checked], str], subject: Checked) -> Result:
    """Run one check; what AWS or the network refuses is a failure with what to do."""
    return _timed(name, check, subject)[0]


def _timed(name: str, check: Callable[[Checked], str], subject: Checked) -> tuple[Result, tuple[str, ...]]:
    """Run one check; return what it found and, of a failure, what that comes of."""
    started = time.perf_counter()
    status, found, failure = _run(check, subject)
    seconds = time.perf_counter() - started
    if failure is None:
        return Result(name, status, seconds, found), ()
    return Result(name, status, seconds, failure.found, failure.expected, failure.repair), failure.causes


def _run(check: Callable[[Checked], str], subject: Checked) -> tuple[str, str, CheckFailed | None]:
    try:
        return "passed", check(subject), None
    except CheckSkipped as skipped:
        return "skipped", str(skipped), None
    except CheckFailed as failed:
        return "failed", "", failed
    except ClientError as error:
        return "failed", "", refused_by_aws(error)
    except (BotoCoreError, requests.RequestException) as error:
        return "failed", "", unreachable(error)
