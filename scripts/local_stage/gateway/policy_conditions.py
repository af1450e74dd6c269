"""The conditions of an IAM policy statement, over the keys that the local stage knows.

Operators and what a missing key means:
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
"""

import datetime as dt
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from scripts.local_stage.gateway.refusals import NotEnforcedHere

KNOWN_KEYS = frozenset(
    {
        "aws:currenttime",
        "aws:epochtime",
        "aws:principalaccount",
        "aws:principalarn",
        "aws:referer",
        "aws:requestedregion",
        "aws:securetransport",
        "aws:sourceip",
        "aws:useragent",
        "aws:userid",
        "aws:username",
    }
)
"""Keys that a request may have here; `aws:SecureTransport` is true, for the stage stands in for HTTPS."""
ABSENT_KEYS = frozenset(
    {"aws:principalorgid", "aws:principalorgpaths", "aws:sourcevpc", "aws:sourcevpce", "aws:vpcsourceip"}
)
"""Keys that AWS knows and that no request has here: no VPC endpoint, no organization."""

Values = Mapping[str, str]
"""Lower-case key → the request's value."""


@lru_cache(maxsize=4096)
def wildcards(pattern: str, *, ignore_case: bool = False) -> re.Pattern[str]:
    """`*` and `?` of a policy as a regular expression for `fullmatch`."""
    text = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(text, re.DOTALL | (re.IGNORECASE if ignore_case else 0))


def _is_like(pattern: str, value: str) -> bool:
    return wildcards(pattern).fullmatch(value) is not None


def _in_network(network: str, value: str) -> bool:
    return ipaddress.ip_address(value) in _network(network)


@lru_cache(maxsize=1024)
def _network(text: str) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    return ipaddress.ip_network(text, strict=False)


def _seconds(text: str) -> float:
    if text.lstrip("-").isdigit():
        return float(text)
    return dt.datetime.fromisoformat(text).timestamp()


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": str.__eq__,
    "StringEqualsIgnoreCase": lambda wanted, value: wanted.lower() == value.lower(),
    "StringLike": _is_like,
    "ArnEquals": _is_like,
    "ArnLike": _is_like,
    "IpAddress": _in_network,
    "Bool": lambda wanted, value: wanted.lower() == value.lower(),
    "NumericEquals": lambda wanted, value: float(value) == float(wanted),
    "NumericLessThan": lambda wanted, value: float(value) < float(wanted),
    "NumericLessThanEquals": lambda wanted, value: float(value) <= float(wanted),
    "NumericGreaterThan": lambda wanted, value: float(value) > float(wanted),
    "NumericGreaterThanEquals": lambda wanted, value: float(value) >= float(wanted),
    "DateEquals": lambda wanted, value: _seconds(value) == _seconds(wanted),
    "DateLessThan": lambda wanted, value: _seconds(value) < _seconds(wanted),
    "DateLessThanEquals": lambda wanted, value: _seconds(value) <= _seconds(wanted),
    "DateGreaterThan": lambda wanted, value: _seconds(value) > _seconds(wanted),
    "DateGreaterThanEquals": lambda wanted, value: _seconds(value) >= _seconds(wanted),
}
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
    "NumericNotEquals": "NumericEquals",
    "DateNotEquals": "DateEquals",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One operator on one key; several wanted values are alternatives."""

    key: str
    test: Callable[[str, str], bool] | None
    """None: the operator `Null`."""
    wanted: tuple[str, ...]
    negated: bool
    if_exists: bool

    def holds(self, values: Values) -> bool:
        """Whether the request meets it. A missing key fails it, unless it is negated or …IfExists."""
        value = values.get(self.key)
        if self.test is None:
            return str(value is None).lower() in self.wanted
        if value is None:
            return self.negated or self.if_exists
        return any(self.test(wanted, value) for wanted in self.wanted) is not self.negated


def read_conditions(block: Mapping[str, Mapping[str, Any]]) -> tuple[Condition, ...]:
    """The conditions of a statement, all of which must hold; NotEnforcedHere for what isn't known here."""
    found = []
    for name, keys in block.items():
        operator = name.removesuffix("IfExists")
        positive = _NEGATED.get(operator, operator)
        if operator != "Null" and positive not in _TESTS:
            raise NotEnforcedHere(
                reason=f"a policy uses the condition operator {name}, unknown to the local stage"
            )
        for key, written in keys.items():
            if key.lower() not in KNOWN_KEYS | ABSENT_KEYS:
                raise NotEnforcedHere(
                    reason=f"a policy uses the condition key {key}, unknown to the local stage"
                )
            wanted = tuple(_text(value) for value in (written if isinstance(written, list) else [written]))
            if any("${" in text for text in wanted):
                raise NotEnforcedHere(reason="a policy uses a policy variable, unknown to the local stage")
            if positive == "IpAddress":
                _check_networks(wanted)
            test = None if operator == "Null" else _TESTS[positive]
            found.append(
                Condition(key.lower(), test, wanted, operator in _NEGATED, name.endswith("IfExists"))
            )
    return tuple(found)


def _check_networks(wanted: tuple[str, ...]) -> None:
    for network in wanted:
        try:
            _network(network)
        except ValueError as error:
            raise NotEnforcedHere(reason=f"a policy's aws:SourceIp: {error}") from error


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
