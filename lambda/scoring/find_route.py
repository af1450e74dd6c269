"""Find the contract's route that a call is for."""

from .contract import Contract, Route
from .errors import MethodNotAllowed, UnknownPath
from .read_event import Call


def find_route(contract: Contract, call: Call, *, shared: bool = False) -> Route:
    """The route of this path and method; raises UnknownPath (404) or MethodNotAllowed (405).

    `shared` is whether a segment that names the model stands in front of its routes.
    A direct event has neither: it is for the route whose integration is direct, else for the first.
    """
    if call.direct:
        direct = [r for r in contract.routes if r.integration == "direct"]
        predicting = [r for r in contract.routes if r.action == "predict"]
        return (direct or predicting or contract.routes)[0]
    paths = [path for path in (call.resource, call.path) if path]
    if shared:
        paths += [_below_first_segment(path) for path in paths]
    here = next((routes for routes in (_routes_at(contract, path) for path in paths) if routes), [])
    if not here:
        raise UnknownPath("See the API's document for its paths.")
    for method in (call.method, "ANY"):
        for route in here:
            if route.method == method:
                return route
    raise MethodNotAllowed({route.method for route in here})


def _routes_at(contract: Contract, path: str) -> list[Route]:
    return [route for route in contract.routes if _normal(route.path) == path]


def _below_first_segment(path: str) -> str:
    """Where several models share an API, each has its routes below a segment of its own.

    The gateway hands over only paths that it knows, so this can't let in others.
    """
    return _normal(path.lstrip("/").partition("/")[2])


def _normal(path: str) -> str:
    return "/" + path.strip("/")
