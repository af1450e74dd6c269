import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openapi_spec_validator import validate

from scoring import Contract
from scripts import ROOT
from scripts.openapi import main
from scripts.openapi_document import render_document, serialize

pytestmark = pytest.mark.unit

ROW = ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027]
NAMED = {
    "datetime": "2012-12-19T17:00:00",
    "season": 4,
    "holiday": 0,
    "workingday": 1,
    "weather": 1,
    "temp": 16.4,
    "atemp": 20.455,
    "humidity": 50,
    "windspeed": 26.0027,
}

# API Gateway's importer refuses or drops these: developer guide, "important notes for REST APIs".
UNKNOWN_TO_API_GATEWAY = {"nullable", "example", "default", "discriminator", "anyOf", "readOnly", "format"}

FIXTURES = sorted((ROOT / "tests/infra").glob("*/files/*contract.json"))


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return render_document(Contract.load(ROOT / "models/bike-rental/contract.json"))


@pytest.fixture(scope="module")
def every_kind() -> dict[str, Any]:
    """Routes of every kind, an optional input, a text, a list as output."""
    return render_document(
        Contract.from_dict(
            {
                "name": "pump-failure",
                "version": "2.1.0",
                "inputs": [
                    {"name": "pressure", "type": "number", "minimum": 0, "maximum": 40},
                    {"name": "site", "type": "string", "enum": ["north", "south"], "required": False},
                ],
                "features": ["pressure"],
                "outputs": [{"name": "risk", "type": "number"}],
                "routes": [
                    {
                        "path": "/",
                        "method": "POST",
                        "auth": "none",
                        "integration": "direct",
                        "response": "values",
                    },
                    {"path": "/predict", "method": "POST"},
                    {"path": "/pumps/{pump-id.no}", "method": "GET", "response": "value"},
                    {"path": "/test", "method": "ANY", "response": "values"},
                ],
            }
        )
    )


@pytest.mark.parametrize(
    ("auth", "kind", "refusals"),
    [
        ("iam", "apiKey", {"403"}),
        ("cognito", "http", {"401", "403"}),
        ("lambda_authorizer", "apiKey", {"401", "403"}),
    ],
)
def test_who_may_call_is_said_without_arns(auth: str, kind: str, refusals: set[str]) -> None:
    """Each kind of auth is a scheme of its name, and its refusals are documented."""
    contract = {
        "name": "pump",
        "version": "1.0.0",
        "inputs": [{"name": "pressure", "type": "number"}],
        "features": ["pressure"],
        "outputs": [{"name": "risk", "type": "number"}],
        "routes": [
            {"path": "/predict", "auth": auth},
            {"path": "/v2", "protocol": "kserve_v2", "auth": auth},
        ],
    }
    document = render_document(Contract.from_dict(contract))
    validate(document)
    schemes = document["components"]["securitySchemes"]
    assert {name: scheme["type"] for name, scheme in schemes.items()} == {auth: kind}
    operation = document["paths"]["/predict"]["post"]
    assert operation["security"] == document["paths"]["/v2"]["get"]["security"] == [{auth: []}]
    assert set(operation["responses"]) & {"401", "403"} == refusals
    assert "arn:" not in serialize(document)


def accepts(document: dict[str, Any], name: str, value: Any) -> bool:
    """Whether a schema of the document takes the value, read as JSON Schema draft-04 as API Gateway does."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
    return jsonschema.Draft4Validator(schema).is_valid(value)


def schema_keywords(schema: Any) -> set[str]:
    """Keywords used anywhere in a schema; names of properties aren't keywords."""
    if isinstance(schema, list):
        return set().union(*map(schema_keywords, schema))
    if not isinstance(schema, dict):
        return set()
    found = set(schema)
    for keyword, value in schema.items():
        inside = list(value.values()) if keyword == "properties" else value
        found |= schema_keywords(inside) if keyword != "enum" else set()
    return found


@pytest.mark.parametrize("kind", ["document", "every_kind"])
def test_document_is_openapi_3(kind: str, request: pytest.FixtureRequest) -> None:
    """An independent validator finds nothing wrong with the document."""
    validate(request.getfixturevalue(kind))


@pytest.mark.parametrize("kind", ["document", "every_kind"])
def test_schemas_are_draft_04_models_that_api_gateway_takes(
    kind: str, request: pytest.FixtureRequest
) -> None:
    """Every schema is draft-04, has an alphanumeric name, and uses no word the importer stumbles over."""
    schemas = request.getfixturevalue(kind)["components"]["schemas"]
    for name, schema in schemas.items():
        jsonschema.Draft4Validator.check_schema(schema)
        assert re.fullmatch("[A-Za-z0-9]+", name)
        assert not schema_keywords(schema) & UNKNOWN_TO_API_GATEWAY, name


def test_routes_are_paths_and_methods(document: dict[str, Any]) -> None:
    """The bike rental answers POST at / without a key, at /predict and /test with one."""
    assert {path: list(item) for path, item in document["paths"].items()} == {
        "/": ["post"],
        "/predict": ["post"],
        "/test": ["x-amazon-apigateway-any-method", "get", "post"],
    }
    assert document["paths"]["/"]["post"]["security"] == []
    assert document["paths"]["/predict"]["post"]["security"] == [{"api_key": []}]
    assert document["components"]["securitySchemes"]["api_key"]["name"] == "x-api-key"


def test_examples_of_the_contract_validate(document: dict[str, Any]) -> None:
    """Each example's request and response is one that the schemas describe."""
    operation = document["paths"]["/predict"]["post"]
    requests = operation["requestBody"]["content"]["application/json"]["examples"]
    responses = operation["responses"]["200"]["content"]["application/json"]["examples"]
    assert list(requests) == ["a-clear-winter-evening", "three-hours-of-one-summer-day-by-name"]
    assert all(accepts(document, "PredictRequest", example["value"]) for example in requests.values())
    assert all(accepts(document, "PredictResponse", example["value"]) for example in responses.values())


@pytest.mark.parametrize(
    "instance",
    [ROW, {"features": ROW}, {"data": {"features": {"values": ROW}}}, NAMED],
    ids=["array", "features", "nested", "named"],
)
def test_each_shape_of_an_instance_is_described(document: dict[str, Any], instance: Any) -> None:
    """The four shapes that the function reads are in the schema, alone and mixed."""
    assert accepts(document, "PredictRequest", {"instances": [instance]})
    assert accepts(document, "PredictRequest", {"instances": [instance, NAMED, ROW]})


@pytest.mark.parametrize(
    "request_body",
    [
        {},
        [],
        {"instances": []},
        {"instances": [[]]},
        {"instances": [ROW[:-1]]},
        {"instances": [[*ROW, 1]]},
        {"instances": [[*ROW[:-1], {}]]},
        {"instances": [{key: value for key, value in NAMED.items() if key != "temp"}]},
        {"instances": [NAMED | {"wind": 1}]},
        {"instances": [NAMED | {"season": 5}]},
        {"instances": [NAMED | {"season": True}]},
        {"instances": [NAMED | {"temp": "16.4"}]},
        {"instances": [NAMED | {"humidity": 100.5}]},
        {"instances": [NAMED], "more": 1},
        {"instances": [ROW] * 10_001},
    ],
)
def test_full_schema_refuses_what_the_contract_refuses(document: dict[str, Any], request_body: Any) -> None:
    """Missing, extra, wrong type, out of range, too few, too many."""
    assert not accepts(document, "PredictRequest", request_body)


@pytest.mark.parametrize("body", [{}, {"instances": 5}, {"data": "1,2"}])
def test_envelope_takes_any_object(document: dict[str, Any], body: Any) -> None:
    """What is wrong inside is the function's to explain."""
    assert accepts(document, "RequestEnvelope", body)


@pytest.mark.parametrize("body", [[], "text", 1, None])
def test_envelope_refuses_what_is_no_object(document: dict[str, Any], body: Any) -> None:
    """An array or a bare value can't be a request."""
    assert not accepts(document, "RequestEnvelope", body)


def test_optional_input_may_be_left_out_or_null(every_kind: dict[str, Any]) -> None:
    """Without `nullable`, which draft-04 lacks, null is still allowed exactly where it is."""
    assert accepts(every_kind, "NamedInstance", {"pressure": 6.5})
    assert accepts(every_kind, "NamedInstance", {"pressure": 6.5, "site": None})
    assert accepts(every_kind, "InstanceValues", [6.5, None])
    assert not accepts(every_kind, "NamedInstance", {"pressure": None})
    assert not accepts(every_kind, "NamedInstance", {"pressure": 6.5, "site": "east"})


def test_any_method_is_shown_as_two_and_named_for_the_gateway(every_kind: dict[str, Any]) -> None:
    """OpenAPI has no word for ANY; the gateway's own operation stands beside GET and POST for people."""
    item = every_kind["paths"]["/test"]
    assert list(item) == ["x-amazon-apigateway-any-method", "get", "post"]
    assert "requestBody" not in item["get"]
    assert item["post"]["requestBody"]["required"] is False


def test_open_and_direct_routes_say_so(every_kind: dict[str, Any]) -> None:
    """An open route asks for no key; a direct one answers the function's own envelope."""
    operation = every_kind["paths"]["/"]["post"]
    assert operation["security"] == []
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/DirectResponse"}
    answer = {"statusCode": 200, "isBase64Encoded": False, "body": "[0.25]"}
    assert accepts(every_kind, "DirectResponse", answer)
    assert not accepts(every_kind, "DirectResponse", {**answer, "headers": {}})
    assert "422" not in operation["responses"]


def test_responses_of_the_bare_kinds(every_kind: dict[str, Any]) -> None:
    """`values` answers a list, `value` one number, or a list for several instances."""
    assert accepts(every_kind, "PredictionValues", [0.25, 0.5])
    assert accepts(every_kind, "PredictionValue", 0.25)
    assert accepts(every_kind, "PredictionValue", [0.25, 0.5])
    assert not accepts(every_kind, "PredictionValues", {"predictions": []})


def test_path_parameters_are_declared(every_kind: dict[str, Any]) -> None:
    """A path with a parameter names it, as OpenAPI demands."""
    parameters = every_kind["paths"]["/pumps/{pump-id.no}"]["get"]["parameters"]
    assert parameters[0] == {
        "name": "pump-id.no",
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
    }


def test_query_string_is_a_parameter_where_it_is_read(every_kind: dict[str, Any]) -> None:
    """GET needs it, ANY takes it or a body, POST doesn't know it."""
    paths = every_kind["paths"]

    def required(operation: dict[str, Any]) -> list[bool]:
        return [p["required"] for p in operation["parameters"] if (p["in"], p["name"]) == ("query", "data")]

    assert required(paths["/pumps/{pump-id.no}"]["get"]) == [True]
    assert [required(operation) for operation in paths["/test"].values()] == [[False], [True], [False]]
    assert required(paths["/predict"]["post"]) == []


@pytest.mark.parametrize(
    "body",
    [
        {"dataframe_split": {"columns": list(NAMED), "index": [0], "data": [list(NAMED.values())]}},
        {"dataframe_records": [NAMED]},
        {"inputs": [NAMED, ROW]},
        {"inputs": {name: [value] for name, value in NAMED.items()}},
    ],
)
def test_mlflow_s_shapes_are_described(document: dict[str, Any], body: Any) -> None:
    """As the function reads them; a name that is no input is refused."""
    assert accepts(document, "PredictRequest", body)
    wrong = json.loads(json.dumps(body).replace('"temp"', '"tmp"'))
    assert not accepts(document, "PredictRequest", wrong)
    assert not accepts(document, "PredictRequest", {**body, "params": {}})


def test_bodies_of_text_are_described_where_they_are_read(
    document: dict[str, Any], every_kind: dict[str, Any]
) -> None:
    """A direct route gets the JSON document itself, so nothing else can be sent there."""
    operation = document["paths"]["/predict"]["post"]
    text = ["text/csv", "application/jsonlines"]
    assert list(operation["requestBody"]["content"]) == [
        "application/json",
        *text,
        "application/x-www-form-urlencoded",
    ]
    assert list(operation["responses"]["200"]["content"]) == ["application/json", *text]
    direct = every_kind["paths"]["/"]["post"]
    assert list(direct["requestBody"]["content"]) == ["application/json"]
    assert list(direct["responses"]["200"]["content"]) == ["application/json"]


def test_rows_as_text_are_described(document: dict[str, Any]) -> None:
    """`data` stands beside `instances`, and never with it."""
    assert accepts(document, "PredictRequest", {"data": "2012-12-19 17:00:00,4,0,1,1,16.4,20.455,50,26"})
    assert not accepts(document, "PredictRequest", {"data": ""})
    assert not accepts(document, "PredictRequest", {"data": [1]})
    assert not accepts(document, "PredictRequest", {"data": "1", "instances": [ROW]})


def test_terraform_finds_routes_and_digest(document: dict[str, Any]) -> None:
    """The extension at the root is what the Terraform modules read."""
    extension = document["x-model-endpoint-api"]
    assert [(route["method"], route["path"]) for route in extension["routes"]] == [
        ("POST", "/"),
        ("POST", "/predict"),
        ("ANY", "/test"),
    ]
    assert re.fullmatch("[0-9a-f]{64}", extension["contract_digest"])
    assert set(extension["request_schemas"]) <= set(document["components"]["schemas"])
    assert "RequestEnvelope" not in extension["request_schemas"]


@pytest.mark.parametrize("contract", FIXTURES, ids=lambda path: f"{path.parent.parent.name}/{path.name}")
def test_fixtures_of_the_terraform_tests_are_current(contract: Path) -> None:
    """The documents in tests/infra are what the renderer makes of the contracts beside them.

    Repair: python -m scripts.openapi FIXTURE --contract …contract.json --output …openapi.json
    """
    rendered = contract.with_name(contract.name.replace("contract", "openapi"))
    assert rendered.read_text(encoding="utf-8") == serialize(render_document(Contract.load(contract)))


def test_command_writes_once_and_then_finds_it_unchanged(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The second run touches nothing, so nothing that looks at times rebuilds."""
    output = tmp_path / "deep" / "openapi.json"
    assert main(["bike-rental", "--output", str(output)]) == 0
    written = output.stat().st_mtime_ns
    assert main(["bike-rental", "--output", str(output)]) == 0
    assert output.stat().st_mtime_ns == written
    assert json.loads(output.read_text())["openapi"] == "3.0.3"
    assert "unchanged" in capsys.readouterr().out


def test_command_names_the_models_when_there_is_none_of_that_name(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Wrong usage is exit code 2, and says what would be right."""
    assert main(["bike-rentals"]) == 2
    assert "bike-rental" in capsys.readouterr().err


def test_command_reports_what_is_wrong_with_a_contract(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A broken contract is exit code 1, with the pointer to the fault."""
    broken = tmp_path / "contract.json"
    broken.write_text('{"name": "x", "version": "1.0.0", "inputs": [{"name": "a", "type": "nmber"}]}')
    assert main(["x", "--contract", str(broken), "--output", str(tmp_path / "openapi.json")]) == 1
    assert "/inputs/0/type" in capsys.readouterr().err
    assert not (tmp_path / "openapi.json").exists()
