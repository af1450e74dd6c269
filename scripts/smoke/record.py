"""The smoke test's last row: whether the revision that it proved is recorded, to roll back to."""

import time
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError

from scripts.rollback.keep import current_commit, record_revision
from scripts.rollback.record import RecordError
from scripts.smoke.result import Result
from scripts.smoke.subject import Subject

NAME = "recorded"


def record_results(subject: Subject, name: str, results: Sequence[Result]) -> Result:
    """Record the subject of the stack `name` unless a check failed.

    What can't be recorded is a warning: the revision is right, and a pipeline must not roll it back for that.
    """
    if any(result.status == "failed" for result in results):
        return Result(NAME, "skipped", 0.0, "not proven: what was proven before stays recorded")
    if subject.outputs is None or subject.aws is None:
        return Result(NAME, "skipped", 0.0, "only a URL is known")
    started = time.perf_counter()
    try:
        commit = current_commit()
        found = record_revision(subject.aws, subject.outputs, name, commit=commit)
        return Result(NAME, "passed", time.perf_counter() - started, found)
    except RecordError as error:
        found, repair = str(error), "as said; then make smoke-test again"
    except ClientError as error:
        found = f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
        repair = (
            f"let whom you run as call {error.operation_name} (docs/rollback.md has the list), then make "
            "smoke-test again; or say ARGS=--no-record"
        )
    except BotoCoreError as error:
        found, repair = f"{type(error).__name__}: {error}", "make smoke-test again"
    return Result(NAME, "warning", time.perf_counter() - started, found, "a record to roll back to", repair)
