"""Routes of a contract: the paths of its API."""

from collections.abc import Sequence
from typing import Any, Final

from .contract_problems import Problem, child, show
from .contract_sections import Route
from .declarations import Field, Record
from .kinds import INVALID, Choice, Text

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "ANY")
PATH: Final = Text('a path such as "/predict"', r"/|(?:/(?:[A-Za-z0-9._~:@$!*',-]+|\{[A-Za-z0-9._-]+\+?\}))+")

ROUTE: Final = Record(
    doc="One path and method of the API.",
    fields=(
        Field(
            "path",
            Text('a path such as "/predict"', r"/|(?:/(?:[A-Za-z0-9._~:@$!*',-]+|\{[A-Za-z0-9._-]+\+?\}))+"),
            "The path below the stage.",
            required=True,
        ),
        Field("method", Choice(*METHODS), "The HTTP method; ANY takes all of them.", default="POST"),
        Field(
            "auth",
            Choice("api_key", "none"),
            "Who may call: holders of an API key, or everyone.",
            default="api_key",
        ),
        Field(
            "integration",
            Choice("proxy", "direct"),
            "How the gateway calls the function: proxy, or direct for clients that expect the "
            "function's own answer in the body (a non-proxy integration).",
            default="proxy",
        ),
        Field(
            "response",
            Choice("predictions", "values", "value"),
            'The answer: {"predictions": [...]}, a bare list of the single output, or the bare '
            "value of one row.",
            default="predictions",
        ),
    ),
)


def build_routes(
    entries: Sequence[Any], at: str, n_outputs: int, problems: list[Problem]
) -> tuple[Route, ...]:
    """The routes, each path and method once."""
    first: dict[tuple[str, str], str] = {}
    routes = []
    for index, entry in enumerate(entries):
        if entry is INVALID:
            continue
        place = child(at, index)
        route = Route(**entry)
        earlier = first.setdefault((route.path, route.method), place)
        if earlier != place:
            expected = f"a path and method of its own ({earlier} has these)"
            problems.append(Problem(place, expected, f"{route.method} {route.path}"))
        if route.response != "predictions" and n_outputs != 1:
            expected = f'"predictions", since there are {n_outputs} outputs'
            problems.append(Problem(child(place, "response"), expected, show(route.response)))
        routes.append(route)
    return tuple(routes)
