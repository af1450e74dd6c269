"""Compare two OpenAPI documents: routes, who may call, parameters, bodies, answers."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from scripts.api_diff.difference import Difference, Direction
from scripts.api_diff.schemas import SchemaComparison, reachable, resolve

ANY = "x-amazon-apigateway-any-method"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", ANY)
Operation = Mapping[str, Any]


def compare_documents(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    """List the differences that a client can notice, breaking ones first."""
    found = list(dict.fromkeys(_Comparison(old, new).differences()))
    return sorted(found, key=lambda difference: not difference.breaking)


def operations(document: Mapping[str, Any]) -> dict[tuple[str, str], Operation]:
    """Path and method → operation."""
    return {
        (path, method): item[method]
        for path, item in document.get("paths", {}).items()
        for method in METHODS
        if method in item
    }


def name_of(path: str, method: str) -> str:
    """Name a route."""
    return f"{'ANY' if method == ANY else method.upper()} {path}"


class _Comparison:
    """One comparison of two documents."""

    def __init__(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        self.old, self.new = old, new
        self.schemas: dict[Direction, SchemaComparison] = {
            "request": SchemaComparison(old, new, "request"),
            "answer": SchemaComparison(old, new, "answer"),
        }
        self.users = _users(old)

    def differences(self) -> Iterator[Difference]:
        before, after = operations(self.old), operations(self.new)
        for (path, method), operation in before.items():
            other = after.get((path, method)) or after.get((path, ANY))
            if other is None:
                yield Difference(name_of(path, method), "route removed", True)
            else:
                for difference in self._operation(operation, other, name_of(path, method)):
                    yield self._with_routes(difference)
        for path, method in after:
            if (path, method) not in before:
                yield Difference(name_of(path, method), "route added", False)

    def _with_routes(self, difference: Difference) -> Difference:
        """A named schema's difference meets every route that uses the schema in that direction."""
        direction, _, rest = difference.where.partition(" ")
        name = rest.split(".")[0].split("[")[0]
        return replace(difference, routes=tuple(sorted(self.users.get((direction, name), ()))))

    def _operation(self, old: Operation, new: Operation, route: str) -> Iterator[Difference]:
        yield from self._security(old, new, route)
        yield from self._parameters(old, new, route)
        yield from self._request_body(old.get("requestBody"), new.get("requestBody"), route)
        yield from self._answers(old.get("responses", {}), new.get("responses", {}), route)
        if old.get("operationId") != new.get("operationId"):
            words = "operationId changed: generated clients call it otherwise, on the wire it is the same"
            yield Difference(route, words, False)

    def _security(self, old: Operation, new: Operation, route: str) -> Iterator[Difference]:
        """Each way in that there was must still be one."""
        before, after = _ways_in(self.old, old), _ways_in(self.new, new)
        shut = [way for way in before if not any(other <= way for other in after)]
        opened = [way for way in after if not any(other <= way for other in before)]
        if shut:
            yield Difference(route, f"auth {_show_ways(before)} → {_show_ways(after)}", True)
        elif opened or set(before) != set(after):
            yield Difference(route, f"auth {_show_ways(before)} → {_show_ways(after)}", False)

    def _parameters(self, old: Operation, new: Operation, route: str) -> Iterator[Difference]:
        before, after = _parameters(self.old, old), _parameters(self.new, new)
        for key in before.keys() | after.keys():
            where = f"{route} {key[0]} parameter {key[1]}"
            if key not in after:
                yield Difference(where, "removed", True)
            elif key not in before:
                required = bool(after[key].get("required"))
                yield Difference(where, "added, required" if required else "added", required)
            else:
                yield from _requiredness(before[key], after[key], where)
                schemas = before[key].get("schema", {}), after[key].get("schema", {})
                yield from self.schemas["request"].compare(*schemas, f"request {where}")

    def _request_body(self, old: Any, new: Any, route: str) -> Iterator[Difference]:
        before, after = resolve(self.old, old) or {}, resolve(self.new, new) or {}
        where = f"{route} body"
        if before and not after:
            yield Difference(where, "removed", True)
        elif after and not before:
            required = bool(after.get("required"))
            yield Difference(where, "added, required" if required else "added", required)
        else:
            yield from _requiredness(before, after, where)
            yield from self._contents(before, after, route, "request")

    def _answers(self, old: Mapping[str, Any], new: Mapping[str, Any], route: str) -> Iterator[Difference]:
        for status in sorted(old.keys() | new.keys()):
            where, success = f"{route} {status}", status.startswith(("2", "3"))
            if status not in new:
                yield Difference(where, "no longer answered", success)
            elif status not in old:
                yield Difference(where, "may be answered", success)
            else:
                before, after = resolve(self.old, old[status]), resolve(self.new, new[status])
                for name in sorted(before.get("headers", {}).keys() - after.get("headers", {}).keys()):
                    yield Difference(f"{where} header {name}", "removed", True)
                for name in sorted(after.get("headers", {}).keys() - before.get("headers", {}).keys()):
                    yield Difference(f"{where} header {name}", "added", False)
                yield from self._contents(before, after, where, "answer")

    def _contents(self, old: Any, new: Any, where: str, direction: Direction) -> Iterator[Difference]:
        before, after = old.get("content", {}), new.get("content", {})
        for kind in (kind for kind in before if kind not in after):
            yield Difference(f"{where} {kind}", f"no longer a format of the {direction}", True)
        for kind in (kind for kind in after if kind not in before):
            yield Difference(f"{where} {kind}", f"a format of the {direction} now", False)
        for kind in (kind for kind in before if kind in after):
            schemas = before[kind].get("schema", {}), after[kind].get("schema", {})
            yield from self.schemas[direction].compare(*schemas, f"{direction} {where}")


def _requiredness(old: Mapping[str, Any], new: Mapping[str, Any], where: str) -> Iterator[Difference]:
    before, after = bool(old.get("required")), bool(new.get("required"))
    if before != after:
        yield Difference(where, "required now" if after else "optional now", after)


def _parameters(document: Mapping[str, Any], operation: Operation) -> dict[tuple[str, str], Any]:
    listed = [resolve(document, parameter) for parameter in operation.get("parameters", ())]
    return {(parameter["in"], parameter["name"]): parameter for parameter in listed}


def _ways_in(document: Mapping[str, Any], operation: Operation) -> list[frozenset[str]]:
    """Alternatives, each the set of what it asks for; one that asks for nothing is open."""
    ways = operation.get("security", document.get("security")) or [{}]
    schemes = document.get("components", {}).get("securitySchemes", {})
    return [frozenset(_describe_scheme(name, schemes.get(name, {})) for name in way) for way in ways]


def _describe_scheme(name: str, scheme: Mapping[str, Any]) -> str:
    place = f" ({scheme['in']} {scheme['name']})" if "in" in scheme and "name" in scheme else ""
    kind = scheme.get("x-amazon-apigateway-authtype") or scheme.get("scheme") or ""
    return f"{name}{place}{f' {kind}' if kind else ''}"


def _show_ways(ways: list[frozenset[str]]) -> str:
    return " or ".join(" and ".join(sorted(way)) if way else "none" for way in ways)


def _users(document: Mapping[str, Any]) -> dict[tuple[str, str], set[str]]:
    """Direction and name of a schema → the routes that use it."""
    users: dict[tuple[str, str], set[str]] = {}
    for (path, method), operation in operations(document).items():
        parts = {
            "request": (operation.get("requestBody"), operation.get("parameters")),
            "answer": operation.get("responses"),
        }
        for direction, part in parts.items():
            for name in reachable(document, part):
                users.setdefault((direction, name), set()).add(name_of(path, method))
    return users
