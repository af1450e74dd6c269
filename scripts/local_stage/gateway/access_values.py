"""The condition keys of a request, by lower-case name: what `policy_conditions.KNOWN_KEYS` promises."""

import datetime as dt

from scripts.local_stage.gateway.callers import Caller
from scripts.local_stage.gateway.exchange import Exchange


def request_values(exchange: Exchange, region: str) -> dict[str, str]:
    """What every request has; Referer and User-Agent where the client sent them."""
    values = {
        "aws:sourceip": exchange.source_ip,
        "aws:securetransport": "true",
        "aws:requestedregion": region,
        "aws:epochtime": str(int(exchange.started)),
        "aws:currenttime": dt.datetime.fromtimestamp(exchange.started, dt.UTC).isoformat(),
    }
    for key, header in (("aws:useragent", "user-agent"), ("aws:referer", "referer")):
        if header in exchange.lowered:
            values[key] = exchange.lowered[header]
    return values


def identity_values(caller: Caller) -> dict[str, str]:
    """What a signed request has besides; a session's `aws:PrincipalArn` is its role's."""
    principal = caller.principal
    values = {
        "aws:principalarn": principal.role_arn or principal.arn,
        "aws:principalaccount": principal.account,
        "aws:userid": caller.user_id,
        "aws:username": caller.user_name,
    }
    return {key: value for key, value in values.items() if value is not None}
