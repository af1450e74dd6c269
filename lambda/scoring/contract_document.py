"""The contract's JSON text → Python values; more is refused than `json.loads` refuses, and with the place."""

import json
from typing import Any

from .contract_problems import ContractError, Problem, child, show


class RepeatedKeys(dict[str, Any]):
    """An object in which a key stood twice; `repeated` names those keys."""

    repeated: tuple[str, ...] = ()


def parse_document(raw: bytes, source: str = "") -> Any:
    """The parsed document; raises ContractError for text that isn't JSON, with line and column."""
    repeats: list[RepeatedKeys] = []

    def to_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(pairs)
        if len(made) == len(pairs):
            return made
        keys = [key for key, _ in pairs]
        marked = RepeatedKeys(made)
        marked.repeated = tuple(key for key in made if keys.count(key) > 1)
        repeats.append(marked)
        return marked

    def to_constant(literal: str) -> Any:
        raise ContractError([Problem("", "numbers that JSON knows", f"the literal {literal}")], source)

    try:
        document = json.loads(raw.decode("utf-8"), object_pairs_hook=to_object, parse_constant=to_constant)
    except ContractError:
        raise
    except UnicodeDecodeError as error:
        raise _refused(
            "UTF-8 text", f"byte 0x{raw[error.start]:02x} at offset {error.start}", source
        ) from None
    except json.JSONDecodeError as error:
        raise _refused(
            "a JSON document", f"{error.msg} at line {error.lineno}, column {error.colno}", source
        ) from None
    except (RecursionError, ValueError) as error:
        raise _refused("a JSON document", str(error), source) from None
    if repeats:
        raise ContractError(_repeated(document, ""), source)
    return document


def _refused(expected: str, found: str, source: str) -> ContractError:
    return ContractError([Problem("", expected, found)], source)


def _repeated(value: Any, at: str) -> list[Problem]:
    problems = []
    if isinstance(value, RepeatedKeys):
        problems = [
            Problem(child(at, key), "a key that stands once", f"{show(key)} twice") for key in value.repeated
        ]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        problems += _repeated(item, child(at, key))
    return problems
