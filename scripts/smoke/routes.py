"""The routes that are asked: the contract's, as the stack publishes them and by its kinds of auth."""

from collections.abc import Iterable, Mapping
from typing import Any

from scoring.contract import DEFAULT_ROUTES
from scoring.contract import Route as ContractRoute
from scoring.contract_routes import build_routes

Route = Mapping[str, Any]
Outputs = Mapping[str, Any]
_DEFAULTS = {"method": "POST", "auth": "api_key", "integration": "proxy", "response": "predictions"}


def deployed_auth(outputs: Outputs | None) -> dict[tuple[str, str], str] | None:
    """Method and path → kind of auth, as the stack says it published them; None where it doesn't say.

    Paths are the contract's: what a model's share of an API begins with (`path_prefix`) is left out.
    """
    published = (outputs or {}).get("routes")
    if published is None:
        return None
    prefix = (outputs or {}).get("path_prefix", "")
    return {
        (route["method"], route["path"].removeprefix(prefix) or "/"): route["auth"]
        for route in published
        if route["path"] == prefix or route["path"].startswith(f"{prefix}/")
    }


def routes_of(contract: Mapping[str, Any], outputs: Outputs | None) -> tuple[Route, ...]:
    """Return a contract's routes with their defaults, those that this environment has, by its auth."""
    routes: list[Route] = []
    for route in contract.get("routes", DEFAULT_ROUTES):
        if route.get("protocol") == "kserve_v2":
            made = build_routes([route], "", None, [], contract["name"])
            routes += [
                {**_DEFAULTS, "method": r.method, "path": r.path, "auth": r.auth, "action": r.action}
                for r in made
            ]
        else:
            routes.append({**_DEFAULTS, **route})
    deployed = deployed_auth(outputs)
    if deployed is None:
        unpublished = (outputs or {}).get("unpublished_routes", ())
        return tuple(r for r in routes if f"{r['method']} {r['path']}" not in unpublished)
    keys = [(route["method"], route["path"]) for route in routes]
    return tuple(
        {**route, "auth": deployed[key]} for route, key in zip(routes, keys, strict=True) if key in deployed
    )


def routes_to_predict(contract: Mapping[str, Any], outputs: Outputs | None) -> tuple[Route, ...]:
    """Return those of `routes_of` that take a JSON body: what the smoke test calls."""
    routes = (r for r in routes_of(contract, outputs) if r.get("action", "predict") == "predict")
    return tuple(route for route in routes if route["method"] in ("POST", "PUT", "ANY"))


def asks_for_signatures(outputs: Outputs | None, routes: Iterable[str] = ()) -> bool:
    """Whether a route of the API is of kind `iam`: an unknown path is then answered as if it were unsigned.

    `routes` are the kinds of the routes, for an API whose outputs don't say.
    """
    published = (outputs or {}).get("routes")
    return "iam" in (routes if published is None else [route["auth"] for route in published])


def published_routes(routes: Iterable[ContractRoute], outputs: Outputs | None) -> list[ContractRoute]:
    """Return a loaded contract's routes in the same way."""
    deployed = deployed_auth(outputs)
    if deployed is None:
        unpublished = (outputs or {}).get("unpublished_routes", ())
        return [route for route in routes if f"{route.method} {route.path}" not in unpublished]
    return [
        route._replace(auth=deployed[route.method, route.path])
        for route in routes
        if (route.method, route.path) in deployed
    ]
