"""What the gateway may call an alias for. Terraform takes a route's permission back when the route goes."""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import Any

SID = "rollback-"
"""What the statements that a roll-back adds begin with; no id of Terraform's does."""

Granted = dict[str, list[str]]
"""`<stage>/<method>/<path>` → ids of the statements that allow it."""


def granted_calls(functions: Any, function: str, alias: str, api: str) -> Granted:
    """Read from the alias's policy what this API may call it for."""
    try:
        policy = functions.get_policy(FunctionName=function, Qualifier=alias)["Policy"]
    except functions.exceptions.ResourceNotFoundException:
        return {}
    found: Granted = {}
    for statement in json.loads(policy)["Statement"]:
        source = re.search(rf":{api}/([^\"]+)\"", json.dumps(statement.get("Condition", {})))
        if source:
            found.setdefault(source[1], []).append(statement["Sid"])
    return found


def grant_calls(functions: Any, function: str, alias: str, api: str, calls: Iterable[str]) -> None:
    """Let the API call the alias for these."""
    arn = functions.get_alias(FunctionName=function, Name=alias)["AliasArn"]
    _, partition, _, region, account = arn.split(":")[:5]
    for call in calls:
        functions.add_permission(
            FunctionName=function,
            Qualifier=alias,
            StatementId=f"{SID}{hashlib.sha256(call.encode()).hexdigest()[:12]}",
            Action="lambda:InvokeFunction",
            Principal="apigateway.amazonaws.com",
            SourceArn=f"arn:{partition}:execute-api:{region}:{account}:{api}/{call}",
            SourceAccount=account,
        )


def revoke_spare_calls(functions: Any, function: str, alias: str, api: str, needed: Iterable[str]) -> None:
    """Remove the statements of roll-backs, except one that alone allows what is still needed."""
    wanted = set(needed)
    for call, statements in granted_calls(functions, function, alias, api).items():
        for statement in statements:
            ours = statement.startswith(SID)
            if ours and (call not in wanted or any(not other.startswith(SID) for other in statements)):
                functions.remove_permission(FunctionName=function, Qualifier=alias, StatementId=statement)
