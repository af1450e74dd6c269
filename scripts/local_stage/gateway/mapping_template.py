"""Mapping templates: AWS's VTL by the library `airspeed`; what it can't do is refused when compiling.

Kept: `$input.body/json/path/params`, `$util.*`, `$context.*`, `$stageVariables.*`, #set, #if, #foreach.
Refused: other directives, unknown variables, and Java methods that `airspeed` doesn't have: on AWS they
might work or not, here a template must never yield something else in silence.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html
"""

import re
from dataclasses import dataclass, field

import airspeed  # type: ignore[import-untyped]

from scripts.local_stage.gateway.context_values import VALUES
from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.refusals import NotEnforcedHere, Refusal
from scripts.local_stage.gateway.template_values import ABSENT, Input, Map, Util, to_template

_DIRECTIVES = frozenset({"set", "if", "elseif", "else", "end", "foreach"})
_METHODS = frozenset(
    {"json", "path", "params"}
    | {"escapeJavaScript", "parseJson", "urlEncode", "urlDecode", "base64Encode", "base64Decode"}
    | {"size", "get", "contains", "add", "keySet", "containsKey", "put", "isEmpty", "toString"}
    | {"length", "replaceAll", "startsWith"}
)
_HEADER_OVERRIDE = re.compile(r"(\$context\.responseOverride\.header\.)([\w-]+)")
_HYPHEN = "_HYPHEN_"
"""Stands for `-` in a header's name: Velocity 1 takes it in a name, airspeed doesn't."""
_ROOTS = frozenset({"input", "util", "context", "stageVariables", "foreach", "velocityCount"})


@dataclass(slots=True)
class Override:
    """What a template set in `$context.responseOverride`."""

    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)


class MappingTemplate:
    """A compiled template."""

    def __init__(self, text: str) -> None:
        """Raises NotEnforcedHere with the piece that the local stage can't do."""
        _refuse_unsupported(text)
        self._template = airspeed.Template(_HEADER_OVERRIDE.sub(_hide_hyphens, text))
        try:
            self._template.ensure_compiled()
        except airspeed.TemplateError as error:
            raise NotEnforcedHere(reason=f"Mapping template: {error}") from error

    def render(self, exchange: Exchange, body: str) -> tuple[str, Override]:
        """The text, and what the template overrides. `body` is what `$input` shows."""
        context = _context(exchange)
        names = {
            "input": Input(exchange, body),
            "util": Util(),
            "context": context,
            "stageVariables": Map(exchange.stage.variables),
        }
        try:
            text = self._template.merge(names)
        except airspeed.TemplateError as error:
            if isinstance(error.__cause__, Refusal):
                raise error.__cause__ from error
            raise NotEnforcedHere(reason=f"Mapping template: {error}") from error
        override = context["responseOverride"]
        status = override.get("status")
        headers = {name.replace(_HYPHEN, "-"): str(value) for name, value in override["header"].items()}
        return text, Override(int(status) if status not in (None, ABSENT) else None, headers)


def _hide_hyphens(match: re.Match[str]) -> str:
    return match[1] + match[2].replace("-", _HYPHEN)


def _context(exchange: Exchange) -> Map:
    context = Map({"responseOverride": Map({"header": Map()}), "requestOverride": Map({"header": Map()})})
    for name, get in VALUES.items():
        parent, _, leaf = name.rpartition(".")
        target = context.setdefault(parent, Map()) if parent else context
        value = get(exchange)
        if isinstance(target, Map) and value is not None:
            target[leaf] = to_template(value)
    if exchange.authorizer is not None:
        context["authorizer"] = to_template(dict(exchange.authorizer))
    return context


def _refuse_unsupported(text: str) -> None:
    bare = re.sub(r"##[^\n]*|#\*.*?\*#", "", text, flags=re.DOTALL)
    for directive in re.findall(r"(?<![\\\w])#\{?([a-z]+)", bare):
        if directive not in _DIRECTIVES:
            raise NotEnforcedHere(
                reason=f"Mapping template: #{directive} is not supported by the local stage"
            )
    for method in re.findall(r"\.(\w+)\(", bare):
        if method not in _METHODS:
            raise NotEnforcedHere(reason=f"Mapping template: .{method}() is not supported by the local stage")
    known = _ROOTS | set(re.findall(r"#(?:set|foreach)\s*\(\s*\$!?\{?(\w+)", bare))
    for root in re.findall(r"\$!?\{?([A-Za-z_]\w*)", bare):
        if root not in known:
            raise NotEnforcedHere(reason=f"Mapping template: ${root} is not a variable of API Gateway")
    if "requestOverride" in bare:
        raise NotEnforcedHere(reason="Mapping template: $context.requestOverride is not supported here")
    if hyphenated := re.search(r"\$!?[A-Za-z_][\w.]*-", _HEADER_OVERRIDE.sub("", bare)):
        raise NotEnforcedHere(
            reason=f"Mapping template: {hyphenated[0]} reads as one name in Velocity; write ${{name}}"
        )
