"""Judges whether a function's resource policy lets an AWS service call it.

Source: https://docs.aws.amazon.com/lambda/latest/dg/access-control-resource-based.html
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

from scripts.local_stage.lambda_runtime.invocation import InvocationSource, LambdaApiError

_ACTIONS = ("lambda:InvokeFunction", "lambda:*", "*")


def check_permission(
    statements: Iterable[dict[str, Any]], invoked_arn: str, source: InvocationSource
) -> None:
    """Raise LambdaApiError 403 unless a statement allows `source` to invoke exactly `invoked_arn`.

    A statement of the unqualified function doesn't cover an alias, nor the other way round.
    """
    for statement in statements:
        if (
            statement.get("Effect") == "Allow"
            and statement.get("Action") in _ACTIONS
            and statement.get("Resource") == invoked_arn
            and _is_principal(statement.get("Principal"), source.principal)
            and _conditions_hold(statement.get("Condition") or {}, source)
        ):
            return
    raise LambdaApiError(
        403,
        "AccessDeniedException",
        f"User: {source.principal} is not authorized to perform: lambda:InvokeFunction on resource: "
        f"{invoked_arn} because no resource-based policy allows the lambda:InvokeFunction action",
    )


def _is_principal(allowed: Any, principal: str) -> bool:
    if isinstance(allowed, dict):
        return allowed.get("Service") in (principal, "*")
    return allowed in (principal, "*")


def _is_like(pattern: str, value: str) -> bool:
    return _compile(pattern).fullmatch(value) is not None


@lru_cache(maxsize=1024)
def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."))


_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "ArnLike": _is_like,
    "ArnEquals": _is_like,
    "StringLike": _is_like,
    "StringEquals": str.__eq__,
}


def _conditions_hold(conditions: dict[str, dict[str, Any]], source: InvocationSource) -> bool:
    known = {"aws:sourcearn": source.source_arn, "aws:sourceaccount": source.source_account}
    for operator, wanted in conditions.items():
        holds = _OPERATORS.get(operator)
        for key, pattern in wanted.items():
            value = known.get(key.lower())
            if holds is None or value is None or not holds(str(pattern), value):
                return False
    return True
