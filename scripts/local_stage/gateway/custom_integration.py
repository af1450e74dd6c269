"""Non-proxy integrations: AWS (a Lambda function) and MOCK, with mapping templates and parameter mappings.

https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-integration-settings.html
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from scripts.local_stage.gateway import json_path
from scripts.local_stage.gateway.answer import Answer
from scripts.local_stage.gateway.context_values import getter
from scripts.local_stage.gateway.deployed_api import Integration, IntegrationResponse
from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.mapping_template import MappingTemplate
from scripts.local_stage.gateway.refusals import ConfigurationError, NotEnforcedHere, UnsupportedMediaType


class RequestMapping:
    """From the client's body to the backend's: a template of the content type, or passing through."""

    def __init__(self, integration: Integration) -> None:
        if integration.content_handling:
            raise NotEnforcedHere(reason="contentHandling is not supported by the local stage")
        for name, value in integration.request_parameters.items():
            if "invocation-type" in name.lower():
                raise NotEnforcedHere(
                    reason=f"{name} = {value}: the local stage calls functions synchronously only"
                )
        self._passthrough = integration.passthrough_behavior
        self._templates = _compile(integration.request_templates)

    def apply(self, exchange: Exchange, body: str) -> str:
        """The body for the backend; UnsupportedMediaType when nothing fits and it may not pass."""
        template = self._templates.get(exchange.content_type)
        if template is not None:
            return template.render(exchange, body)[0]
        if self._passthrough == "NEVER" or (self._passthrough == "WHEN_NO_TEMPLATES" and self._templates):
            raise UnsupportedMediaType(reason=f"no request template for {exchange.content_type}")
        return body


class ResponseMapping:
    """From the backend's answer to the client's, by the integration responses."""

    def __init__(self, integration: Integration) -> None:
        self._choices = [_Choice(response) for response in integration.responses]

    def apply(self, exchange: Exchange, result: str, selector: str) -> Answer:
        """`selector` is what selection patterns are matched against: errorMessage, or a mock's status."""
        choice = self._choose(selector)
        return choice.answer(exchange, result)

    def _choose(self, selector: str) -> "_Choice":
        default = None
        for choice in self._choices:
            if choice.pattern is None:
                default = choice
            elif choice.pattern.fullmatch(selector):
                return choice
        if default is None:
            raise ConfigurationError(
                reason=f"No integration response matches {selector!r}, and there is no default one"
            )
        return default


class _Choice:
    """One integration response, compiled."""

    def __init__(self, response: IntegrationResponse) -> None:
        if response.content_handling:
            raise NotEnforcedHere(reason="contentHandling is not supported by the local stage")
        self.pattern = _pattern(response.selection_pattern)
        self._status = int(response.status_code)
        self._templates = _compile(response.response_templates)
        self._parameters = [(_header_name(key), value) for key, value in response.response_parameters.items()]

    def answer(self, exchange: Exchange, result: str) -> Answer:
        content_type = _choose_type(self._templates, exchange.first_accept)
        answer = Answer(self._status, [("Content-Type", content_type)], b"")
        text = result
        template = self._templates.get(content_type)
        if template is not None:
            text, override = template.render(exchange, result)
            answer.status = override.status or answer.status
        for name, expression in self._parameters:
            value = _evaluate(expression, exchange, result)
            if value is not None:
                answer.set_header(name, value)
        if template is not None:
            for name, value in override.headers.items():
                answer.set_header(name, value)
        answer.body = text.encode("utf-8", "replace")
        return answer


def mock_status(text: str) -> str:
    """The `statusCode` that a mock's request template yields."""
    try:
        return str(int(json.loads(text)["statusCode"]))
    except (ValueError, TypeError, KeyError) as error:
        raise ConfigurationError(
            reason=f'A mock needs {{"statusCode": …}}, its template gave {text!r}'
        ) from error


def error_message(payload: bytes) -> str:
    """`errorMessage` of a failed function: what selection patterns look at."""
    try:
        document: Any = json.loads(payload)
        return str(document["errorMessage"])
    except (ValueError, TypeError, KeyError):
        return ""


def _compile(templates: Mapping[str, str]) -> dict[str, MappingTemplate]:
    return {kind.lower(): MappingTemplate(text) for kind, text in templates.items() if text}


def _pattern(text: str) -> re.Pattern[str] | None:
    if not text or text == "default":
        return None
    try:
        return re.compile(text)
    except re.error as error:
        raise NotEnforcedHere(reason=f"selection pattern {text!r}: {error}") from error


def _choose_type(templates: Mapping[str, MappingTemplate], accepted: str) -> str:
    if accepted in templates or not templates or "application/json" in templates:
        return accepted if accepted in templates else "application/json"
    return next(iter(templates))


def _header_name(key: str) -> str:
    prefix = "method.response.header."
    if not key.startswith(prefix):
        raise NotEnforcedHere(reason=f"response parameter {key!r}: only {prefix}NAME is supported")
    return key.removeprefix(prefix)


def _evaluate(expression: str, exchange: Exchange, result: str) -> str | None:
    if expression.startswith("'") and expression.endswith("'"):
        return expression[1:-1]
    if expression.startswith("integration.response.body"):
        path = expression.removeprefix("integration.response.body")
        try:
            value = json_path.find(json.loads(result), f"${path}")
        except ValueError:
            return None
        return value if value is None or isinstance(value, str) else json.dumps(value)
    get = getter(expression)
    if get is None:
        raise NotEnforcedHere(
            reason=f"response parameter value {expression!r} is not supported by the local stage"
        )
    value = get(exchange)
    return None if value is None else str(value)
