"""What AWS or the network refuses a check, as the failure of that check: what to do, and what it comes of."""

import requests
from botocore.exceptions import BotoCoreError, ClientError

from scripts.smoke.result import CheckFailed


def refused_by_aws(error: ClientError) -> CheckFailed:
    """Make a failure of AWS's refusal of a question."""
    return CheckFailed(
        expected=f"{error.operation_name} to work",
        found=f"{error.response['Error']['Code']}: {error.response['Error']['Message']}",
        repair=f"grant {error.operation_name} to whom you run as, if it was denied; else make apply",
        causes=(cause_of_refusal(error),),
    )


def cause_of_refusal(error: ClientError) -> str:
    """Name why AWS refused a question, as it would refuse it again."""
    return f"{error.response['Error']['Code']} for {error.operation_name}"


def unreachable(error: BotoCoreError | requests.RequestException) -> CheckFailed:
    """Make a failure of a request that got no answer."""
    return CheckFailed(
        expected="an answer",
        found=f"{type(error).__name__}: {error}",
        repair="is it deployed and reachable from here?",
        causes=(type(error).__name__,),
    )
