"""What Terraform and its steps really ask of AWS: a relay before the stage that writes every request down.

Each request becomes the IAM action that it needs and the resource that it is about, told from the wire (the
signature's service, the action's name, the path), not from what our policies say.
"""

import http.client
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, unquote, urlsplit

import botocore.session

from tests.e2e.called_extras import also_asked, code_signing, route53, wafv2
from tests.e2e.called_resources import ENVIRONMENT, OURS, RESOURCES
from tests.e2e.policy_cases import REGION, Call, arn

SCOPE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/aws4_request")
LOCAL = {"monitoring": "cloudwatch"}
"""The name by which requests are signed → the name in IAM, where it differs."""


@contextmanager
def recorded(control_plane: str) -> Iterator[tuple[str, list[Call]]]:
    """Relay to a control plane; yields the relay's URL and the calls so far."""
    calls: list[Call] = []
    target = urlsplit(control_plane)
    assert target.hostname and target.port

    class Relay(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            upstream = http.client.HTTPConnection(target.hostname or "", target.port, timeout=120)
            upstream.request(self.command, self.path, body, dict(self.headers))
            answer = upstream.getresponse()
            content = answer.read()
            calls.extend(Request(self.command, self.path, dict(self.headers), body).calls())
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in (
                    "content-length",
                    "transfer-encoding",
                    "connection",
                    "date",
                    "server",
                ):
                    self.send_header(name, value)
            length = answer.getheader("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", length or str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            upstream.close()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    for method in ("GET", "HEAD", "PUT", "POST", "PATCH", "DELETE"):
        setattr(Relay, f"do_{method}", Relay.handle_any)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Relay)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", calls
    finally:
        server.shutdown()
        server.server_close()


class Request:
    """One request on the wire."""

    def __init__(self, method: str, path: str, headers: dict[str, str], body: bytes) -> None:
        parts = urlsplit(path)
        self.method, self.path, self.query = method, unquote(parts.path), parts.query
        self.headers = {name.lower(): value for name, value in headers.items()}
        self.body = body
        signed = SCOPE.search(self.headers.get("authorization", ""))
        self.service = signed[1] if signed else ""

    def calls(self) -> list[Call]:
        """The request's action and those that AWS asks for beside it; none where no right is needed."""
        if self.service in ("", "sts"):  # unsigned, or GetCallerIdentity
            return []
        by_service = {
            "apigateway": self._apigateway,
            "lambda": self._lambda,
            "route53": lambda: route53(self.method, self.path, self.body),
            "s3": self._s3,
        }
        call = by_service.get(self.service, self._rpc)()
        return [
            call,
            *(made for made in (self._passed(call), self._tagged(call)) if made),
            *self._copied(call),
            *also_asked(call, self.body),
        ]

    def _copied(self, call: Call) -> list[Call]:
        """To copy an object is to read another, with its tags."""
        source = self.headers.get("x-amz-copy-source")
        if source is None:
            return []
        read = f"arn:aws:s3:::{unquote(source).lstrip('/').partition('?')[0]}"
        return [
            *(Call(f"s3:{action}", read) for action in ("GetObject", "GetObjectTagging")),
            Call("s3:PutObjectTagging", call.resource),
        ]

    def _passed(self, call: Call) -> Call | None:
        """To give a service a role is an action of its own."""
        if call.action not in PASSING:
            return None
        name = PASSING[call.action]
        service = f"{call.action.split(':')[0]}.amazonaws.com"
        return Call("iam:PassRole", json.loads(self.body)[name], {"iam:PassedToService": service})

    def _tagged(self, call: Call) -> Call | None:
        """And so is to tag what is made."""
        action = TAGGING.get(call.action.split(":")[0])
        if action is None or not re.search(rb'"[Tt]ags":\s*[\[{]\s*["{]|Tags\.member\.1\.', self.body):
            return None
        if call.action in UNTAGGED or self.method == "PUT":
            return None
        if action == "apigateway:PUT":
            tags = {f"aws:RequestTag/{name}": value for name, value in json.loads(self.body)["tags"].items()}
            return Call(action, f"arn:aws:apigateway:{REGION}::/tags/new", tags)
        return Call(action, call.resource, call.context)

    def _apigateway(self) -> Call:
        context = {"aws:ResourceTag/environment": ENVIRONMENT}
        if self.method == "POST" and self.path in TAGGED_PATHS:
            tags = json.loads(self.body).get("tags", {})
            context = {f"aws:RequestTag/{name}": value for name, value in tags.items()}
        path = re.sub(
            r"^(/restapis/\w+)/(deployments|stages)$", r"\1/resources", self.path
        )  # AWS lists both by
        # two ARNs in one, which the simulator can't read; resources are listed by one of the same form
        return Call(f"apigateway:{self.method}", f"arn:aws:apigateway:{REGION}::{path}", context)

    def _lambda(self) -> Call:
        operation = _operation("lambda", self.method, self.path)
        path = self.path.split("/")
        if path[2] == "code-signing-configs":
            return code_signing(operation, self.path, self.body)
        name = json.loads(self.body)["FunctionName"] if operation == "CreateFunction" else path[3]
        if path[2] == "tags":
            resource = path[3] + "/".join(["", *path[4:]]) if len(path) > 4 else path[3]
            if ":code-signing-config:" in resource:
                return Call(f"lambda:{operation}", resource, OURS)
        else:
            qualifier = dict(parse_qsl(self.query)).get("Qualifier") or (path[5] if len(path) > 5 else "")
            qualifier = qualifier if path[-2] == "aliases" or "Qualifier" in self.query else ""
            name, _, version = name.rpartition(":function:")[2].partition(":")  # it may be an ARN
            resource = arn("lambda", ":".join(filter(None, ["function", name, qualifier or version])))
        return Call(f"lambda:{operation}", resource)

    def _s3(self) -> Call:
        _, bucket, *key = self.path.split("/", 2)
        place = "/".join([bucket, *filter(None, key)])
        marks = {name for name, _ in parse_qsl(self.query, keep_blank_values=True)}
        if (self.method, marks) == ("POST", {"delete"}):  # many at once, with their versions
            first = re.search(rb"<Key>([^<]+)</Key>", self.body)
            assert first, self.body
            return Call("s3:DeleteObjectVersion", f"arn:aws:s3:::{bucket}/{first[1].decode()}")
        kind = "object" if any(key) else "bucket"
        mark = next((name for name in S3_MARKS if name in marks), "")
        return Call(S3_ACTIONS[kind, self.method, mark], f"arn:aws:s3:::{place}")

    def _rpc(self) -> Call:
        """Services whose requests name their action: in a header or in the form."""
        target = self.headers.get("x-amz-target")
        if target:
            action, given = target.split(".")[-1], json.loads(self.body or b"{}")
        else:
            form = parse_qs(self.body.decode())
            action, given = form["Action"][0], {name: values[0] for name, values in form.items()}
        service = LOCAL.get(self.service, self.service)
        resource, context = (RESOURCES | {"wafv2": wafv2})[service](action, given)
        return Call(f"{service}:{action}", resource, context)


TAGGED_PATHS = ("/restapis", "/apikeys", "/usageplans", "/domainnames")
"""What API Gateway makes with tags."""

PASSING = {"lambda:CreateFunction": "Role", "sagemaker:CreateModel": "ExecutionRoleArn"}
"""Action → the member that names the role which is passed."""

UNTAGGED = ("apigateway:PATCH", "lambda:CreateCodeSigningConfig")
"""Actions whose tags are none, or asked for elsewhere: called_extras.py."""

TAGGING = {
    "apigateway": "apigateway:PUT",
    "application-autoscaling": "application-autoscaling:TagResource",
    "cloudwatch": "cloudwatch:TagResource",
    "iam": "iam:TagRole",
    "kms": "kms:TagResource",
    "lambda": "lambda:TagResource",
    "logs": "logs:TagResource",
    "sagemaker": "sagemaker:AddTags",
    "sns": "sns:TagResource",
    "ssm": "ssm:AddTagsToResource",
    "wafv2": "wafv2:TagResource",
}
"""Service → what must be allowed beside a request that makes something with tags."""

S3_MARKS = (
    *("accelerate", "acl", "cors", "encryption", "lifecycle", "location", "logging", "object-lock", "policy"),
    *("publicAccessBlock", "replication", "requestPayment", "tagging", "versioning", "versions", "website"),
    *("uploads", "versionId", "ownershipControls"),
)
S3_ACTIONS = {
    ("bucket", "GET", ""): "s3:ListBucket",
    ("bucket", "HEAD", ""): "s3:ListBucket",
    ("bucket", "PUT", ""): "s3:CreateBucket",
    ("bucket", "DELETE", ""): "s3:DeleteBucket",
    ("bucket", "GET", "accelerate"): "s3:GetAccelerateConfiguration",
    ("bucket", "GET", "acl"): "s3:GetBucketAcl",
    ("bucket", "GET", "cors"): "s3:GetBucketCORS",
    ("bucket", "GET", "encryption"): "s3:GetEncryptionConfiguration",
    ("bucket", "PUT", "encryption"): "s3:PutEncryptionConfiguration",
    ("bucket", "DELETE", "encryption"): "s3:PutEncryptionConfiguration",
    ("bucket", "GET", "lifecycle"): "s3:GetLifecycleConfiguration",
    ("bucket", "GET", "location"): "s3:GetBucketLocation",
    ("bucket", "GET", "logging"): "s3:GetBucketLogging",
    ("bucket", "GET", "object-lock"): "s3:GetBucketObjectLockConfiguration",
    ("bucket", "GET", "policy"): "s3:GetBucketPolicy",
    ("bucket", "PUT", "policy"): "s3:PutBucketPolicy",
    ("bucket", "DELETE", "policy"): "s3:DeleteBucketPolicy",
    ("bucket", "GET", "publicAccessBlock"): "s3:GetBucketPublicAccessBlock",
    ("bucket", "PUT", "publicAccessBlock"): "s3:PutBucketPublicAccessBlock",
    ("bucket", "DELETE", "publicAccessBlock"): "s3:PutBucketPublicAccessBlock",
    ("bucket", "GET", "replication"): "s3:GetReplicationConfiguration",
    ("bucket", "GET", "requestPayment"): "s3:GetBucketRequestPayment",
    ("bucket", "GET", "tagging"): "s3:GetBucketTagging",
    ("bucket", "PUT", "tagging"): "s3:PutBucketTagging",
    ("bucket", "GET", "versioning"): "s3:GetBucketVersioning",
    ("bucket", "PUT", "versioning"): "s3:PutBucketVersioning",
    ("bucket", "GET", "versions"): "s3:ListBucketVersions",
    ("bucket", "GET", "website"): "s3:GetBucketWebsite",
    ("object", "GET", ""): "s3:GetObject",
    ("object", "HEAD", ""): "s3:GetObject",
    ("object", "PUT", ""): "s3:PutObject",
    ("object", "DELETE", ""): "s3:DeleteObject",
    ("object", "DELETE", "versionId"): "s3:DeleteObjectVersion",
    ("object", "GET", "tagging"): "s3:GetObjectTagging",
}
"""https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html"""


def _operation(service: str, method: str, path: str) -> str:
    """The operation's name in AWS's own model of the service."""
    model = botocore.session.get_session().get_service_model(service)
    for name in model.operation_names:
        http_trait = model.operation_model(name).http
        uri = http_trait["requestUri"].split("?")[0].rstrip("/")
        pattern = re.sub(r"\{\w+\}", "[^/]+", uri).replace("{Resource+}", ".+")
        if http_trait["method"] == method and re.fullmatch(pattern, path.rstrip("/")):
            return str(name)
    raise AssertionError(f"{service} has no operation for {method} {path}")
