"""What API Gateway takes as the path of a route.

A REST API is a tree with a resource for each segment, which is a text or one variable.
Which characters it takes is told in three ways, and a contract keeps to what all of them agree on:

- its notes on OpenAPI imports: letters, digits, _ - . , : and braces, a variable a segment of its own
  (https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-known-issues.html);
- its refusal: "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly
  braces at the beginning and the end", so no comma;
- its users: $ has been taken (https://github.com/aws/aws-cdk/issues/27083), which is written nowhere.
"""

import re
from collections.abc import Iterator
from typing import Final

from .contract_problems import Problem, show
from .kinds import Text

_TEXT = "[A-Za-z0-9._:-]+"
_VARIABLE = r"\{[A-Za-z0-9._-]+\}"
_GREEDY = r"\{[A-Za-z0-9._-]+\+\}"
_RESERVED = ("/ping", "/sping")

PATH: Final = Text(
    'a path such as "/predict": no slash at its end, segments of letters, digits and . _ - : (API Gateway '
    "takes no others) or a {variable}, the last also a {variable+}, which takes all that follows",
    rf"/|(?:/(?:{_TEXT}|{_VARIABLE}))*/(?:{_TEXT}|{_VARIABLE}|{_GREEDY})",
)


class PathTree:
    """The paths of an API so far; a place in it has one variable at most."""

    def __init__(self) -> None:
        self._variables: dict[str, tuple[str, str]] = {}

    def add(self, path: str, at: str, problems: list[Problem]) -> None:
        """Check a path that the pattern accepts; `at` is the pointer of its route."""
        pointer = f"{at}/path"
        problems += [Problem(pointer, expected, show(path)) for expected in _own_problems(path)]
        parent = ""
        for segment in path.split("/")[1:]:
            if segment.startswith("{"):
                variable, first = self._variables.setdefault(parent, (segment, at))
                if variable != segment:
                    expected = (
                        f"{parent}/{variable} as in {first}, since API Gateway takes one variable at a place"
                    )
                    problems.append(Problem(pointer, expected, show(path)))
                    return
            parent += f"/{segment}"


def _own_problems(path: str) -> Iterator[str]:
    if path in _RESERVED:
        yield "a path other than /ping and /sping, which API Gateway keeps for its own health check"
    if {".", ".."} & set(path.split("/")):
        yield "a path without the segments . and .., which clients take out of a URL before they send it"
    names = path_variables(path)
    if len(set(names)) < len(names):
        yield "a path whose variables have a name of their own each"


def path_variables(path: str) -> list[str]:
    """The names of a path's variables, from left to right."""
    return re.findall(r"\{([^{}+]+)\+?\}", path)
