"""Find the contract's route that a call is for."""

from .contract import Contract, Route
from .errors import MethodNotAllowed, UnknownPath
from .read_event import Call


def find_route(contract: Contract, call: Call) -> Route:
    """The route of this path and method; raises UnknownPath (404) or MethodNotAllowed (405).

    A direct event has neither: it is for the route whose integration is direct, else for the first.
    """
    if call.direct:
        direct = [r for r in contract.routes if r.integration == "direct"]
        predicting = [r for r in contract.routes if r.action == "predict"]
        return (direct or predicting or contract.routes)[0]
    here = [route for route in contract.routes if _normal(route.path) == call.path]
    if not here:
        raise UnknownPath("See the API's document for its paths.")
    for method in (call.method, "ANY"):
        for route in here:
            if route.method == method:
                return route
    raise MethodNotAllowed({route.method for route in here})


def _normal(path: str) -> str:
    return "/" + path.strip("/")
