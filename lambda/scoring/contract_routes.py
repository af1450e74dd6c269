"""Routes of a contract: the paths of its API."""

from collections.abc import Sequence
from typing import Any, Final

from .contract_paths import PATH, PathTree
from .contract_problems import Problem, child, did_you_mean, one_of, show
from .contract_sections import Route
from .declarations import Field, Record
from .kinds import INVALID, NAME, Choice, Number

METHODS: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "ANY")
AUTH_KINDS: Final = ("api_key", "iam", "cognito", "lambda_authorizer", "none")

ROUTE: Final = Record(
    doc="One path and method of the API.",
    fields=(
        Field("path", PATH, "The path below the stage.", required=True),
        Field("method", Choice(*METHODS), "The HTTP method; ANY takes all of them.", default="POST"),
        Field(
            "protocol",
            Choice("predictions", "kserve_v2"),
            "kserve_v2: the routes of the Open Inference Protocol under this path, which is usually /v2: "
            "POST models/<name>/infer and GET models/<name>, models/<name>/ready, health/ready and "
            "health/live. All of them have this route's auth.",
            default="predictions",
        ),
        Field(
            "auth",
            Choice(*AUTH_KINDS),
            "Who may call: holders of an API key, callers that IAM lets in (requests signed with AWS "
            "Signature Version 4), users of a Cognito user pool, whom a Lambda authorizer lets in, or "
            "everyone. An environment may choose otherwise (variable route_auth of the API's module).",
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
            'The answer: {"predictions": [...]}, a bare list of one output (values), or the bare value of '
            "that output for one row (value; for several rows a list).",
            default="predictions",
        ),
        Field("output", NAME, "Which output values and value answer; left out, the only one there is."),
        Field(
            "bad_request_status",
            Number(minimum=400, maximum=499, whole=True),
            "The status of every refusal that asks for another request, for clients that know only one; left "
            "out, each has its own (docs/errors.md).",
        ),
    ),
)


KSERVE_ROUTES: Final = (
    ("POST", "/models/{model}/infer", "infer"),
    ("GET", "/models/{model}", "model"),
    ("GET", "/models/{model}/ready", "model_ready"),
    ("GET", "/health/ready", "ready"),
    ("GET", "/health/live", "live"),
    ("GET", "", "server"),
)


def build_routes(
    entries: Sequence[Any], at: str, outputs: Sequence[str] | None, problems: list[Problem], model: str = ""
) -> tuple[Route, ...]:
    """The routes, each path and method once; `outputs` are names, None where they can't be judged."""
    first: dict[tuple[str, str], str] = {}
    tree = PathTree()
    routes = []
    for index, entry in enumerate(entries):
        if entry is INVALID:
            continue
        place = child(at, index)
        tree.add(entry["path"], place, problems)
        made = _kserve_routes(entry, place, model, problems) if _is_kserve(entry) else [Route(**entry)]
        for route in made:
            earlier = first.setdefault((route.path, route.method), place)
            if earlier != place:
                expected = f"a path and method of its own ({earlier} has these)"
                problems.append(Problem(place, expected, f"{route.method} {route.path}"))
            if outputs is not None:
                _check_output(route, place, outputs, problems)
        routes += made
    return tuple(routes)


def _is_kserve(entry: Any) -> bool:
    return bool(entry.get("protocol") == "kserve_v2")


def _kserve_routes(entry: Any, at: str, model: str, problems: list[Problem]) -> list[Route]:
    """The protocol says which methods and answers its routes have, so the contract can't."""
    problems += [
        Problem(child(at, key), "no such key, since the protocol decides it", show(entry[key]))
        for key in sorted(entry.keys() - {"path", "protocol", "auth"})
    ]
    if entry["path"] == "/" or "{" in entry["path"]:
        problems.append(Problem(child(at, "path"), 'a path such as "/v2"', show(entry["path"])))
    auth = entry.get("auth", "api_key")
    return [
        Route(entry["path"] + path.format(model=model), method, auth, protocol="kserve_v2", action=action)
        for method, path, action in KSERVE_ROUTES
    ]


def _check_output(route: Route, at: str, outputs: Sequence[str], problems: list[Problem]) -> None:
    if route.response == "predictions":
        if route.output is not None:
            expected = 'no such key, since "predictions" answers every output'
            problems.append(Problem(child(at, "output"), expected, show(route.output)))
    elif route.output is None and len(outputs) != 1:
        expected = f'"predictions", or the key "output" too, since there are {len(outputs)} outputs'
        problems.append(Problem(child(at, "response"), expected, show(route.response)))
    elif route.output is not None and route.output not in outputs:
        expected = f"the name of an output: {one_of(outputs)}{did_you_mean(route.output, outputs)}"
        problems.append(Problem(child(at, "output"), expected, show(route.output)))
