"""How many invocations of a function may run at once, as Lambda counts them.

Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from scripts.local_stage.lambda_runtime.functions import Target, reserved_total
from scripts.local_stage.lambda_runtime.invocation import LambdaApiError

ACCOUNT_LIMIT = 1000


class Concurrency:
    """Counts invocations in flight: by function where concurrency is reserved, else by account and region."""

    def __init__(self, account_limit: int = ACCOUNT_LIMIT) -> None:
        self._account_limit = account_limit
        self._in_flight: Counter[tuple[str, str]] = Counter()
        self._of_function: Counter[tuple[str, str]] = Counter()

    @contextmanager
    def slot(self, target: Target) -> Iterator[int]:
        """Count one invocation; yields how many of the function run now, this one too.

        Raises LambdaApiError 429 when there is no room for it.
        """
        version = target.version
        if target.reserved_concurrency is not None:
            key = (version.region, version.name)
            limit = target.reserved_concurrency
            reason = "ReservedFunctionConcurrentInvocationLimitExceeded"
        else:
            key = (version.region, "")
            limit = self._account_limit - reserved_total(version.account, version.region)
            reason = "ConcurrentInvocationLimitExceeded"
        if self._in_flight[key] >= limit:
            raise LambdaApiError(429, "TooManyRequestsException", "Rate Exceeded.", reason)
        self._in_flight[key] += 1
        self._of_function[version.region, version.name] += 1
        try:
            yield self._of_function[version.region, version.name]
        finally:
            self._in_flight[key] -= 1
            self._of_function[version.region, version.name] -= 1
