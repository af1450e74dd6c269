"""What a client gets for a refusal: the API's gateway response of that type, or AWS's default.

Order: the response of the type, else DEFAULT_4XX/DEFAULT_5XX, else `{"message": …}`.
https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html
"""

from scripts.local_stage.gateway.answer import Answer
from scripts.local_stage.gateway.context_values import compile_substitution, getter
from scripts.local_stage.gateway.deployed_api import DeployedApi, GatewayResponse
from scripts.local_stage.gateway.exchange import Exchange
from scripts.local_stage.gateway.refusals import Refusal

_PREFIX = "gatewayresponse.header."


def answer_refusal(api: DeployedApi, exchange: Exchange, refusal: Refusal) -> Answer:
    """The answer, with `x-amzn-ErrorType`; further headers only if the gateway response adds them."""
    exchange.error_message = refusal.message
    exchange.error_response_type = refusal.response_type
    exchange.validation_error = refusal.validation or None
    response = _choose(api, refusal)
    # $context.status in a template is the final one
    exchange.status = int(response.status_code) if response and response.status_code else refusal.status
    templates = (response.response_templates if response else None) or {"application/json": refusal.template}
    kind = _choose_type(list(templates), exchange.first_accept)
    body = compile_substitution(templates[kind], missing="", escape="json" in kind)(exchange)
    answer = Answer(exchange.status, [("Content-Type", kind), ("x-amzn-ErrorType", refusal.error_type)], b"")
    answer.body = body.encode("utf-8", "replace")
    for key, expression in (response.response_parameters if response else {}).items():
        value = _evaluate(expression, exchange)
        if key.startswith(_PREFIX) and value is not None:
            answer.set_header(key.removeprefix(_PREFIX), value)
    return answer


def _choose(api: DeployedApi, refusal: Refusal) -> GatewayResponse | None:
    own = api.gateway_responses.get(refusal.response_type)
    return own or api.gateway_responses.get("DEFAULT_4XX" if refusal.status < 500 else "DEFAULT_5XX")


def _choose_type(kinds: list[str], accepted: str) -> str:
    if accepted in kinds:
        return accepted
    return "application/json" if "application/json" in kinds else kinds[0]


def _evaluate(expression: str, exchange: Exchange) -> str | None:
    if expression.startswith("'") and expression.endswith("'"):
        return expression[1:-1]
    get = getter(expression)
    value = get(exchange) if get else None
    return None if value is None else str(value)
