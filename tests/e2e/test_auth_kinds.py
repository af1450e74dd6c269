"""Two models behind one API whose routes ask for every kind of auth: our clients, curl and Postman call it.

The root is tests/e2e/auth_kinds/main.tf: Terraform applies it, plans it again, destroys it.
"""

import json
import re
import shlex
import shutil
import subprocess
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.credentials import Credentials
from requests.adapters import HTTPAdapter

from scoring import Contract
from scripts.local_stage.environment import local_target
from scripts.postman.collection import render_collection, render_environment
from scripts.smoke.identity import Caller
from scripts.smoke.reach import caller_of_stack, clients_of, outputs_of_model, stage_client, stage_url
from scripts.smoke.report import to_json
from scripts.smoke.result import Result
from scripts.smoke.routes import published_routes
from scripts.smoke.stage_client import Reply
from scripts.smoke.subject import Budget, subject_of_stack
from scripts.smoke.table import run_checks
from scripts.smoke.tokens import find_tokens
from scripts.stack.access import shell_variables
from scripts.terraform import Event, Terraform
from tests.checkout import Checkout
from tests.deployed_stack import DeployedStack, failed
from tests.e2e.node_tools import install
from tests.inventory import inventory
from tests.terraform_workspace import TerraformWorkspace

pytestmark = [pytest.mark.e2e, pytest.mark.slow]

AUTHORIZER = """
def judge(event, context):
    token = event["authorizationToken"]
    if token == "expired":
        raise Exception("Unauthorized")
    effect = "Allow" if token == "partner-7" else "Deny"
    every = event["methodArn"].split("/")[0] + "/*"
    statement = {"Action": "execute-api:Invoke", "Effect": effect, "Resource": every}
    return {"principalId": "partner", "policyDocument": {"Version": "2012-10-17", "Statement": [statement]}}
"""
PASSWORD = "Correct-horse-1"
CONTRACTS = {"bikes": "bike-rental", "cells": "breast-cancer"}


@dataclass
class SharedApi:
    """What was applied, and who calls it."""

    stage: Checkout
    outputs: dict[str, Any]
    replanned: list[str]

    @cached_property
    def environment(self) -> dict[str, str]:
        return self.stage.stage_environment()

    @cached_property
    def aws(self) -> Any:
        return clients_of(self.environment)

    @cached_property
    def tokens(self) -> dict[str, str]:
        """An ID token of the pool by the call that docs/access.md names, and a partner's."""
        cognito, pool = self.aws("cognito-idp"), self.outputs["user_pool"]
        user = {"UserPoolId": pool["pool"], "Username": "ann"}
        cognito.admin_create_user(**user, TemporaryPassword=PASSWORD)
        cognito.admin_set_user_password(**user, Password=PASSWORD, Permanent=True)
        said = cognito.initiate_auth(
            ClientId=pool["client"],
            AuthFlow="USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": "ann", "PASSWORD": PASSWORD},
        )
        token: str = said["AuthenticationResult"]["IdToken"]
        return {"cognito": token, "lambda_authorizer": "partner-7"}

    @cached_property
    def caller(self) -> Caller:
        return caller_of_stack(self.outputs, self.environment, None, self.tokens)

    def contract(self, model: str) -> Any:
        return json.loads(self.contract_file(model).read_text(encoding="utf-8"))

    def contract_file(self, model: str) -> Path:
        return self.stage.root / "models" / CONTRACTS[model] / "contract.json"

    def ask(self, path: str, kind: str, caller: Caller | None = None) -> Reply:
        """Send the first golden request of the model at a path."""
        body = self.contract(path.split("/")[1])["examples"][0]["request"]
        client = stage_client(self.outputs, self.environment)
        return client.send("POST", path, body, identity=(caller or self.caller).identify(kind))

    def smoke_test(self, model: str, tokens: Mapping[str, str] | None = None) -> dict[str, Result]:
        subject = subject_of_stack(
            outputs_of_model(self.outputs, model),
            self.environment,
            contract_file=self.contract_file(model),
            budget=Budget(latency_ms=2000.0, requests=2, warm_up_seconds=20.0),
            tokens=self.tokens if tokens is None else tokens,
            build=self.stage.root / "build",
        )
        return {result.name: result for result in run_checks(subject)}


@pytest.fixture(scope="module")
def api(
    stage: Checkout,
    bike_rental: DeployedStack,
    breast_cancer: DeployedStack,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[SharedApi]:
    """The root on the session's stage, with what its stacks were built from; destroyed, nothing is left."""
    workspace = TerraformWorkspace(tmp_path_factory.mktemp("auth"))
    for folder in ("build", "models"):
        (workspace.directory / folder).symlink_to(stage.root / folder)
    root = workspace.copy("tests/e2e/auth_kinds")
    with zipfile.ZipFile(root / "authorizer.zip", "w") as archive:
        archive.writestr("authorizer.py", AUTHORIZER)
    environment = {**stage.stage_environment(), "TF_VAR_lambda_target": local_target()}
    terraform = workspace.terraform("tests/e2e/auth_kinds", environment)
    aws = clients_of(environment)
    before = inventory(aws)
    try:
        terraform.apply()
        yield SharedApi(stage, terraform.outputs(), planned_changes(terraform))
    finally:
        terraform.destroy(refresh=False)
    assert terraform.cmd("state", "list")[1] == ""
    left = inventory(aws) - before
    assert {item for item in left if "auth" in item} == set()


def planned_changes(terraform: Terraform) -> list[str]:
    """What another plan would change, by address."""
    changes: list[str] = []

    def note(event: Event) -> None:
        if event.get("type") == "planned_change":
            changes.append(f"{event['change']['action']} {event['change']['resource']['addr']}")

    terraform.on_event = note
    changed = terraform.plan(terraform.root / "again.tfplan")
    return changes or (["outputs"] if changed else [])


def code(reply: Reply) -> tuple[int, str]:
    """The status and the code of a refusal, which is a problem document."""
    assert reply.problem is not None, reply
    return reply.status, reply.problem["code"]


def test_a_second_plan_changes_nothing(api: SharedApi) -> None:
    """Overridden routes, authorizers and the policy are read back as they were written."""
    assert api.replanned == []
    assert {
        f"{route['method']} {route['path']}": route["auth"] for route in api.outputs["routes"]
    }.items() >= {
        "POST /bikes": "none",
        "POST /bikes/predict": "iam",
        "ANY /bikes/test": "cognito",
        "POST /cells/predict": "lambda_authorizer",
        "POST /cells/predictbreastcancer": "api_key",
    }.items()


def test_every_kind_lets_the_right_caller_in_and_both_models_answer_right(api: SharedApi) -> None:
    """The golden numbers of two contracts, a kind of auth at a time."""
    bikes = {"predictions": [{"count": pytest.approx(371.05, rel=1e-4)}]}
    assert api.ask("/bikes/predict", "iam").json() == bikes
    assert api.ask("/bikes/test", "cognito").json() == bikes
    assert json.loads(api.ask("/bikes", "none").json()["body"]) == [pytest.approx(371.05, rel=1e-4)]
    cells = api.ask("/cells/predict", "lambda_authorizer").json()["predictions"]
    assert [row["label"] for row in cells] == ["B", "M"]
    assert api.ask("/cells/predictbreastcancer", "api_key").json() == ["B", "M"]


@pytest.mark.parametrize(
    ("path", "kind", "missing", "wrong"),
    [
        ("/bikes/predict", "iam", (403, "unsigned_or_unknown_path"), (403, "invalid_signature")),
        ("/bikes/test", "cognito", (401, "unauthorized"), (401, "unauthorized")),
        ("/cells/predict", "lambda_authorizer", (401, "unauthorized"), (403, "access_denied")),
        ("/cells/predictbreastcancer", "api_key", (403, "invalid_api_key"), (403, "invalid_api_key")),
    ],
)
def test_everyone_else_is_refused_by_a_problem_document(
    api: SharedApi, path: str, kind: str, missing: tuple[int, str], wrong: tuple[int, str]
) -> None:
    """Who has a good key and no more, which doesn't suffice; who shows something that is nobody's."""
    client = stage_client(api.outputs, api.environment)
    shown = (api.caller.without_identity(kind), api.caller.wrong_identity(kind))
    assert [code(client.send("POST", path, {}, identity=identity)) for identity in shown] == [missing, wrong]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/bikes/predict", "iam"),
        ("/bikes/test", "cognito"),
        ("/cells/predict", "lambda_authorizer"),
        ("/cells/predictbreastcancer", "api_key"),
        ("/nowhere", "api_key"),
    ],
)
def test_a_page_may_read_why_it_was_refused(api: SharedApi, path: str, kind: str) -> None:
    """With every kind of auth: CORS headers on the refusal, and its request id where the header has it."""
    client, page = stage_client(api.outputs, api.environment), {"Origin": "https://app.example.com"}
    reply = client.send("POST", path, {}, identity=api.caller.wrong_identity(kind), headers=page)
    assert reply.problem is not None
    assert reply.problem["request_id"] == reply.headers["x-amzn-requestid"]
    assert reply.headers["access-control-allow-origin"] == "https://app.example.com"
    assert "X-Amzn-RequestId" in reply.headers["access-control-expose-headers"]
    assert reply.headers["vary"] == "Origin"


@pytest.mark.parametrize(
    ("path", "methods"), [("/bikes/predict", {"OPTIONS", "POST"}), ("/bikes/test", {"GET", "POST", "PUT"})]
)
def test_a_page_s_preflight_needs_no_identity(api: SharedApi, path: str, methods: set[str]) -> None:
    """It may send what any kind of auth in this API reads."""
    client, page = stage_client(api.outputs, api.environment), {"Origin": "https://app.example.com"}
    reply = client.send("OPTIONS", path, headers={**page, "Access-Control-Request-Method": "POST"})
    assert (reply.status, reply.headers["access-control-allow-origin"]) == (204, page["Origin"])
    assert methods <= {*reply.headers["access-control-allow-methods"].split(",")}
    assert {"Authorization", "X-Api-Key", "X-Amz-Date", "X-Amz-Security-Token", "X-Partner"} <= {
        *reply.headers["access-control-allow-headers"].split(",")
    }


def test_a_role_s_session_signs_and_its_token_is_asked_for(api: SharedApi) -> None:
    """As a pipeline calls: temporary credentials, whose token is part of them."""
    role = "arn:aws:iam::123456789012:role/auth-tokens"
    found = api.aws("sts").assume_role(RoleArn=role, RoleSessionName="pipeline")["Credentials"]
    session = Credentials(found["AccessKeyId"], found["SecretAccessKey"], found["SessionToken"])
    half = Credentials(found["AccessKeyId"], found["SecretAccessKey"])
    callers = [
        replace(api.caller, find_credentials=lambda: session),
        replace(api.caller, find_credentials=lambda: half),
    ]
    replies = [api.ask("/bikes/predict", "iam", caller) for caller in callers]
    assert replies[0].status == 200
    assert code(replies[1]) == (403, "invalid_signature")


def test_whom_iam_denies_is_refused_though_the_signature_is_right(api: SharedApi) -> None:
    """A user of the account, whose own policy says no."""
    iam, user = api.aws("iam"), {"UserName": "auth-denied"}
    iam.create_user(**user)
    deny = {"Effect": "Deny", "Action": "execute-api:Invoke", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [deny]})
    iam.put_user_policy(**user, PolicyName="no", PolicyDocument=document)
    key = iam.create_access_key(**user)["AccessKey"]
    denied = Credentials(key["AccessKeyId"], key["SecretAccessKey"])
    try:
        reply = api.ask("/bikes/predict", "iam", replace(api.caller, find_credentials=lambda: denied))
        assert code(reply) == (403, "access_denied")
    finally:
        iam.delete_access_key(**user, AccessKeyId=key["AccessKeyId"])
        iam.delete_user_policy(**user, PolicyName="no")
        iam.delete_user(**user)


def test_an_authorizer_may_say_unauthorized(api: SharedApi) -> None:
    """That is a 401; its answer to a good token is remembered by the token, so this one is asked anew."""
    caller = replace(api.caller, tokens={"lambda_authorizer": "expired"})
    assert code(api.ask("/cells/predict", "lambda_authorizer", caller)) == (401, "unauthorized")


@pytest.mark.parametrize(
    ("path", "kind"), [("/bikes/predict", "iam"), ("/bikes/test", "cognito"), ("/bikes", "none")]
)
def test_the_resource_policy_denies_an_address_whoever_calls_from_it(
    api: SharedApi, path: str, kind: str
) -> None:
    """127.0.0.66 is denied, 127.0.0.67 is not; the same caller with the same credentials."""
    url = stage_url(api.outputs, api.environment) + path
    body = json.dumps(api.contract("bikes")["examples"][0]["request"])
    statuses = []
    for address in ("127.0.0.66", "127.0.0.67"):
        with requests.Session() as session:
            session.trust_env = False
            session.mount("http://", _From(address))
            headers = {"content-type": "application/json"}
            reply = session.post(url, data=body, headers=headers, auth=api.caller.identify(kind), timeout=10)
            statuses.append((reply.status_code, reply.json().get("code")))
    assert statuses == [(403, "access_denied"), (200, None)]


class _From(HTTPAdapter):
    """Connects from one address."""

    def __init__(self, address: str) -> None:
        self._address = address
        super().__init__()

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        super().init_poolmanager(*arguments, **options, source_address=(self._address, 0))


@pytest.mark.parametrize("model", ["bikes", "cells"])
def test_the_smoke_test_is_green_for_each_model(api: SharedApi, model: str) -> None:
    """By the stack's own kinds of auth, which aren't the contract's."""
    results = api.smoke_test(model)
    assert {name: results[name].found for name in failed(results)} == {}
    kinds = {"bikes": "cognito, iam", "cells": "api_key, lambda_authorizer"}[model]
    assert results["wrong identity refused"].found == f"refused on 2 routes ({kinds})"
    assert {name for name, result in results.items() if result.status == "skipped"} == set()


def test_a_smoke_test_without_a_token_says_how_to_get_one(api: SharedApi) -> None:
    """Red, since a route that wasn't called isn't proven."""
    found = api.smoke_test("bikes", tokens={})["golden rows"]
    assert (found.status, found.expected.partition(" for ")[2]) == ("failed", "ANY /test, of kind cognito")
    assert found.repair.startswith('export COGNITO_TOKEN="$(aws cognito-idp initiate-auth')


def test_a_pipeline_logs_in_by_the_lines_of_the_docs(api: SharedApi) -> None:
    """With logins that Secrets Manager keeps; a refused one is named by its code, and not shown."""
    if shutil.which("aws") is None:
        pytest.skip("there is no AWS CLI on PATH")
    text = (api.stage.root / "docs/access.md").read_text(encoding="utf-8")
    login, _, stored = re.findall(r"```\n(aws secretsmanager .*?)\n```", text, re.DOTALL)
    assert api.tokens, "which makes the user"
    password = json.dumps({"USERNAME": "ann", "PASSWORD": PASSWORD})
    secrets = api.aws("secretsmanager")
    for stack, secret in {"bikes": password, "cells": "partner-7"}.items():
        secrets.create_secret(Name=f"{stack}-auth-smoke-test", SecretString=secret)
    around = {
        **api.environment,
        "ENVIRONMENT": "auth",
        "COGNITO_TOKEN_COMMAND": login.replace("CLIENT", api.outputs["user_pool"]["client"]),
        "AUTHORIZER_TOKEN_COMMAND": stored,
    }
    try:
        for stack in CONTRACTS:
            results = api.smoke_test(stack, find_tokens([], {**around, "STACK": stack}))
            assert {name: results[name].found for name in failed(results)} == {}
        wrong = password.replace(PASSWORD, "wrong-horse-1")
        secrets.put_secret_value(SecretId="bikes-auth-smoke-test", SecretString=wrong)
        results = api.smoke_test("bikes", find_tokens([], {**around, "STACK": "bikes"}))
    finally:
        for stack in CONTRACTS:
            secrets.delete_secret(SecretId=f"{stack}-auth-smoke-test", ForceDeleteWithoutRecovery=True)
    found = results["golden rows"].found
    assert re.fullmatch(
        r"COGNITO_TOKEN_COMMAND ended with \d+: NotAuthorizedException for InitiateAuth", found
    ), found
    report = to_json(list(results.values()), "bikes")
    assert not {word for word in ("wrong-horse-1", *api.tokens.values()) if word in report}


def test_rows_are_predicted_through_an_iam_route(api: SharedApi, tmp_path: Path) -> None:
    """`scripts.predict` of a URL, by the credentials of its environment."""
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps(api.contract("bikes")["examples"][0]["request"]["instances"][0]))
    url = stage_url(api.outputs, api.environment) + "/bikes"
    arguments = ("--url", url, "--auth", "iam", "--format", "json", str(file))
    said = api.stage.python("-m", "scripts.predict", *arguments, environment=api.environment)
    assert json.loads(said.stdout) == {"predictions": [{"count": pytest.approx(371.05, rel=1e-4)}]}


def test_curl_calls_by_what_access_prints(api: SharedApi) -> None:
    """The lines of docs/access.md, after `eval` of the variables."""
    if shutil.which("curl") is None:
        pytest.skip("there is no curl on PATH")
    text = (api.stage.root / "docs/access.md").read_text(encoding="utf-8")
    lines = re.findall(r"^curl .*(?:\\\n.*)*$", text, re.MULTILINE)
    assert len(lines) == 4
    places = {"iam": "/bikes", "cognito": "/bikes", "api_key": "/cells", "lambda_authorizer": "/cells"}
    variables, missing = shell_variables(api.outputs, api.environment, None, api.tokens)
    assert missing == []
    for line, (kind, prefix) in zip(lines, places.items(), strict=True):
        body = shlex.quote(json.dumps(api.contract(prefix.strip("/"))["examples"][0]["request"]))
        path = "/bikes/test" if kind == "cognito" else f"{prefix}/predict"
        path = "/cells/predictbreastcancer" if kind == "api_key" else path
        script = f"{variables}\nROWS={body}\n" + line.replace("$URL/predict", f"$URL{path}")
        said = subprocess.run(["sh", "-c", script], capture_output=True, text=True, timeout=30, check=True)
        assert said.stdout.startswith(('{"predictions"', "[")), (kind, said.stdout)


def test_postmans_runner_shows_each_routes_identity(api: SharedApi, tmp_path: Path) -> None:
    """Signed by Postman's own code; golden rows right, refusals as documented."""
    newman = install("newman") / "node_modules" / "newman" / "bin" / "newman.js"
    files: list[Path] = []
    for model in CONTRACTS:
        outputs = outputs_of_model(api.outputs, model)
        contract = Contract.load(api.contract_file(model))
        routes = published_routes(contract.routes, outputs)
        secrets = api.caller.secrets_of({route.auth for route in routes})
        environment = render_environment(model, stage_url(outputs, api.environment), secrets)
        for name, document in {"run": render_collection(contract, outputs), "env": environment}.items():
            files.append(tmp_path / f"{model}-{name}.json")
            files[-1].write_text(json.dumps(document))
        command: list[str | Path] = ["node", newman, "run", files[-2], "--environment", files[-1]]
        said = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
        assert said.returncode == 0, said.stdout
        assert "without an identity" in said.stdout or model == "cells"
