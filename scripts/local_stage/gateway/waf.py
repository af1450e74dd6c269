"""The web ACL in front of a stage: its rules on addresses and rates; others are named as not enforced.

Rules are looked at by priority until one allows or blocks; else the default action decides.
https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-rule-actions.html
"""

import ipaddress
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.refusals import Filtered

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_COMBINATIONS: dict[str, Callable[[Iterator[bool]], bool]] = {"AndStatement": all, "OrStatement": any}


class Firewall:
    """Holds requests against web ACLs; counts them for rules on rates."""

    def __init__(self, backend: Callable[[], Any]) -> None:
        """`backend` gives moto's WAF v2 backend of the account and region."""
        self._backend = backend
        self._seen: dict[tuple[str, str, str], deque[float]] = {}

    def check(self, exchange: Exchange, now: float) -> None:
        """Raises Filtered when a rule or the default action blocks; `now` in seconds."""
        acl = self._web_acl(exchange.stage.web_acl_arn)
        if acl is None:
            return
        for rule in sorted(acl.rules, key=lambda rule: rule.priority):
            action = rule.action or {}
            if _unknown(rule.statement) or not ({"Allow", "Block", "Count"} & action.keys()):
                continue
            if self._matches(rule.statement, exchange, (acl.arn, rule.name), now):
                if "Block" in action:
                    raise Filtered(reason=f"rule {rule.name} of web ACL {acl.name}")
                if "Allow" in action:
                    return
        if "Block" in acl.default_action:
            raise Filtered(reason=f"default action of web ACL {acl.name}")

    def unenforced(self, web_acl_arn: str | None) -> tuple[str, ...]:
        """The rules that are passed over, for the stage's log."""
        acl = self._web_acl(web_acl_arn)
        if acl is None:
            return () if web_acl_arn is None else (f"the web ACL {web_acl_arn}, which isn't here",)
        return tuple(
            f"rule {rule.name} of web ACL {acl.name}"
            for rule in acl.rules
            if _unknown(rule.statement) or not ({"Allow", "Block", "Count"} & (rule.action or {}).keys())
        )

    def _web_acl(self, arn: str | None) -> Any:
        return None if arn is None else self._backend().wacls.get(arn)

    def _matches(
        self, statement: Mapping[str, Any], exchange: Exchange, rule: tuple[str, str], now: float
    ) -> bool:
        ((kind, told),) = statement.items()
        if kind in _COMBINATIONS:
            parts = (self._matches(part, exchange, rule, now) for part in told["Statements"])
            return _COMBINATIONS[kind](parts)
        if kind == "NotStatement":
            return not self._matches(told["Statement"], exchange, rule, now)
        if kind == "RateBasedStatement":
            return self._over_rate(told, exchange, rule, now)
        networks = _networks(tuple(self._backend().ip_sets[told["ARN"]].addresses))
        return _in_networks(exchange, told.get("IPSetForwardedIPConfig"), networks)

    def _over_rate(
        self, told: Mapping[str, Any], exchange: Exchange, rule: tuple[str, str], now: float
    ) -> bool:
        """Whether the address has made more than `Limit` requests within the window, this one included."""
        narrowed = told.get("ScopeDownStatement")
        if narrowed and not self._matches(narrowed, exchange, rule, now):
            return False
        forwarded = told.get("ForwardedIPConfig") if told["AggregateKeyType"] == "FORWARDED_IP" else None
        address = _address(exchange, forwarded)
        if address is None:
            return _fallback(exchange, forwarded)
        limit, window = int(told["Limit"]), float(told.get("EvaluationWindowSec") or 300)
        seen = self._seen.get((*rule, str(address)))
        if seen is None or seen.maxlen != limit + 1:
            seen = self._seen[*rule, str(address)] = deque(maxlen=limit + 1)
        seen.append(now)
        return len(seen) > limit and now - seen[0] < window


def _unknown(statement: Mapping[str, Any]) -> bool:
    """Whether a statement, or one inside it, is of a kind that isn't enforced here."""
    ((kind, told),) = statement.items()
    if kind in _COMBINATIONS:
        return any(_unknown(part) for part in told["Statements"])
    if kind == "NotStatement":
        return _unknown(told["Statement"])
    if kind == "RateBasedStatement":
        narrowed = told.get("ScopeDownStatement")
        return told["AggregateKeyType"] not in ("IP", "FORWARDED_IP") or bool(narrowed and _unknown(narrowed))
    return kind != "IPSetReferenceStatement"


def _in_networks(
    exchange: Exchange, forwarded: Mapping[str, Any] | None, networks: Sequence[Network]
) -> bool:
    address = _address(exchange, forwarded)
    if address is None:
        return _fallback(exchange, forwarded)
    return any(address in network for network in networks)


def _address(exchange: Exchange, forwarded: Mapping[str, Any] | None) -> Address | None:
    """The client's address, or the one in the header; None when that holds none."""
    told = exchange.source_ip
    if forwarded is not None:
        addresses = exchange.lowered.get(forwarded["HeaderName"].lower(), "").split(",")
        told = addresses[-1 if forwarded.get("Position") == "LAST" else 0].strip()
    try:
        return ipaddress.ip_address(told)
    except ValueError:
        return None


def _fallback(exchange: Exchange, forwarded: Mapping[str, Any] | None) -> bool:
    """A header without an address matches as the rule says; one that is missing never does."""
    if forwarded is None or forwarded["HeaderName"].lower() not in exchange.lowered:
        return False
    return str(forwarded.get("FallbackBehavior")) == "MATCH"


@lru_cache(maxsize=64)
def _networks(cidrs: tuple[str, ...]) -> tuple[Network, ...]:
    return tuple(ipaddress.ip_network(cidr, strict=False) for cidr in cidrs)
