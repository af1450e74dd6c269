"""What mapping templates see: `$input`, `$util`, and JSON values that print as Java prints them."""

import base64
import json
from typing import Any
from urllib.parse import quote_plus, unquote_plus

from scripts.local_stage.gateway import json_path
from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.refusals import BadBody


class Absent(str):
    """A value that isn't there prints as nothing, and so does everything below it."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> "Absent":
        return self

    def __bool__(self) -> bool:
        return False


ABSENT = Absent("")


class Map(dict[str, Any]):
    """An object; missing keys print as nothing."""

    def __missing__(self, key: str) -> Any:
        if key in _MAP_METHODS:
            raise KeyError(key)
        return ABSENT

    def size(self) -> int:
        """Number of keys."""
        return len(self)

    def keySet(self) -> list[str]:  # noqa: N802 - Java's name
        """The keys in their order."""
        return list(self)

    def containsKey(self, key: str) -> bool:  # noqa: N802 - Java's name
        """Whether the key is there."""
        return key in self

    def put(self, key: str, value: Any) -> Absent:
        """Set a key."""
        self[key] = value
        return ABSENT

    def isEmpty(self) -> bool:  # noqa: N802 - Java's name
        """Whether there is no key."""
        return not self

    def __str__(self) -> str:
        return "{" + ", ".join(f"{key}={_java_text(value)}" for key, value in self.items()) + "}"


class List(list[Any]):
    """An array."""

    def size(self) -> int:
        """Number of items."""
        return len(self)

    def get(self, index: int) -> Any:
        """The item at an index."""
        return self[index]

    def contains(self, value: Any) -> bool:
        """Whether the value is in it."""
        return value in self

    def add(self, value: Any) -> Absent:
        """Append a value."""
        self.append(value)
        return ABSENT

    def isEmpty(self) -> bool:  # noqa: N802 - Java's name
        """Whether there is no item."""
        return not self

    def __str__(self) -> str:
        return "[" + ", ".join(_java_text(item) for item in self) + "]"


def _java_text(value: Any) -> str:
    return "null" if value is ABSENT else str(value)


_MAP_METHODS = frozenset({"size", "keySet", "containsKey", "put", "isEmpty", "get", "toString"})


class Flag(str):
    """A boolean that prints `true` or `false`."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return self == "true"


def to_template(value: Any) -> Any:
    """A JSON value as a template handles it."""
    if value is None:
        return ABSENT
    if isinstance(value, bool):
        return Flag("true" if value else "false")
    if isinstance(value, dict):
        return Map((key, to_template(item)) for key, item in value.items())
    return List(to_template(item) for item in value) if isinstance(value, list) else value


class Input:
    """`$input`: body and parameters of the request, or the backend's answer in a response template."""

    def __init__(self, exchange: Exchange, body: str) -> None:
        self._exchange = exchange
        self.body = body

    def _document(self) -> Any:
        try:
            return json.loads(self.body) if self.body else {}
        except ValueError as error:
            raise BadBody(f"Could not parse request body into json: {error}") from error

    def json(self, expression: str) -> str:
        """The value at a JSONPath as JSON text; an empty string in quotes when there is none."""
        value = json_path.find(self._document(), expression)
        return '""' if value is None else json.dumps(value, separators=(",", ":"), ensure_ascii=False)

    def path(self, expression: str) -> Any:
        """The value at a JSONPath, to walk through."""
        return to_template(json_path.find(self._document(), expression))

    def params(self, name: str | None = None) -> Any:
        """A parameter from path, query string or header, in this order; all of them without a name."""
        x = self._exchange
        if name is None:
            groups = {
                "path": x.path_parameters,
                "querystring": x.query_last,
                "header": dict(x.forwarded_headers()),
            }
            return Map((group, Map(values)) for group, values in groups.items())
        found = (x.parameter(place, name) for place in ("path", "querystring", "header"))
        return next((value for value in found if value is not None), ABSENT)


class Util:
    """`$util`."""

    def escapeJavaScript(self, text: Any) -> str:  # noqa: N802 - AWS's name
        """Escape by JavaScript's rules: a single quote too, which JSON then has to undo."""
        return json.dumps(str(text))[1:-1].replace("'", "\\'").replace("/", "\\/")

    def parseJson(self, text: str) -> Any:  # noqa: N802 - AWS's name
        """A JSON text as a value."""
        return to_template(json.loads(text))

    def urlEncode(self, text: Any) -> str:  # noqa: N802 - AWS's name
        """application/x-www-form-urlencoded."""
        return quote_plus(str(text))

    def urlDecode(self, text: Any) -> str:  # noqa: N802 - AWS's name
        """Undo urlEncode."""
        return unquote_plus(str(text))

    def base64Encode(self, text: Any) -> str:  # noqa: N802 - AWS's name
        """Base64 of the UTF-8 bytes."""
        return base64.b64encode(str(text).encode()).decode()

    def base64Decode(self, text: Any) -> str:  # noqa: N802 - AWS's name
        """The UTF-8 text in base64."""
        return base64.b64decode(str(text)).decode()
