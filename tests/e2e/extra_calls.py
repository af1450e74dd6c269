"""What each extra of infra/bootstrap is there for: recorded, documented, and what lies near it."""

import json
import re
from pathlib import Path
from typing import Any

from tests.e2e.called_extras import EDGE_ACCOUNT
from tests.e2e.called_resources import ENVIRONMENT
from tests.e2e.policy_cases import REGION, Call, arn, calls

RECORDED: dict[str, dict[str, list[list[Any]]]] = json.loads(
    Path(__file__).with_name("recorded_extras.json").read_text(encoding="utf-8")
)
"""Extra, or extras that only together ask for it → apply or plan → action, resource, context."""

KEY = arn("kms", "key/11111111-2222-3333-4444-555555555555")
API = f"arn:aws:apigateway:{REGION}::"


def via(service: str, region: str = REGION) -> dict[str, str]:
    """What KMS knows of a service that uses a key in the caller's name."""
    return {"kms__ViaService": f"{service}.{region}.amazonaws.com"}


SIGNING = arn("lambda", "code-signing-config:csc-0123456789abcdef0")
LOG_KEYS = ("logs:AssociateKmsKey", "logs:DisassociateKmsKey")
LAMBDA_LOGS = arn("logs", f"log-group:/aws/lambda/bike-rental-{ENVIRONMENT}")
LOGIN = arn("secretsmanager", f"secret:bike-rental-{ENVIRONMENT}-smoke-test-a1B2c3")
EDGE = "arn:aws:cloudfront::{}:distribution/E1ABCDEFGHIJKL"
DOCUMENTED: dict[str, dict[str, tuple[Call, ...]]] = {
    "customer_keys": {
        "apply": (
            *calls(KEY, "kms:CreateGrant", "kms:Encrypt", "kms:Decrypt", **via("lambda")),
            *calls(KEY, "kms:GenerateDataKey", "kms:Decrypt", **via("s3")),
            *calls(KEY, "kms:CreateGrant", **via("sagemaker")),
            *calls(KEY, "kms:DescribeKey"),
            *calls(LAMBDA_LOGS, *LOG_KEYS),
            *calls(
                arn("logs", f"log-group:API-Gateway-Execution-Logs_abc/{ENVIRONMENT}"),
                *LOG_KEYS,
                **{"aws__ResourceTag/environment": ENVIRONMENT},
            ),
        ),
        "plan": (
            *calls(KEY, "kms:Decrypt", **via("lambda")),
            *calls(KEY, "kms:Decrypt", **via("s3")),
        ),
    },
    "code_signing": {
        "apply": tuple(
            Call("lambda:PutFunctionCodeSigningConfig", resource)
            for resource in (arn("lambda", f"function:bike-rental-{ENVIRONMENT}"), SIGNING)
        ),
        "plan": (),
    },
    "customer_keys+waf": {
        "apply": calls(arn("logs", f"log-group:aws-waf-logs-bike-rental-{ENVIRONMENT}-live"), *LOG_KEYS),
        "plan": (),
    },
    "domain": {
        "apply": (
            *calls(
                EDGE.format(EDGE_ACCOUNT), "cloudfront:UpdateDistribution", aws__ResourceAccount=EDGE_ACCOUNT
            ),
            *calls(
                f"{API}/domainnames/{ENVIRONMENT}.example.com",
                *("apigateway:AddCertificateToDomain", "apigateway:RemoveCertificateFromDomain"),
                **{"aws__ResourceTag/environment": ENVIRONMENT},
            ),
        ),
        "plan": (),
    },
    "token_secrets": {
        "apply": calls(LOGIN, "secretsmanager:GetSecretValue"),
        "plan": calls(LOGIN, "secretsmanager:GetSecretValue"),
    },
}
"""What no request shows: that a thing is encrypted under a key, and API Gateway's distribution at the edge.

- Lambda: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars-encryption.html; without
  Decrypt it leaves the variables out of its answer, and a plan would set them anew.
- S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html, and of
  HeadObject with x-amz-checksum-mode, which the provider sends:
  https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html.
- CloudWatch Logs: what is recorded, where AWS knows no tags; a key taken out while the web ACL stays.
- Code signing: the provider's request when a function that is there gets some.
- SageMaker: https://docs.aws.amazon.com/sagemaker/latest/dg/api-permissions-reference.html (CreateEndpoint).

And what no apply or plan asks, but a line that prints a token: test_bootstrap_tokens.py.
"""

NAMES = {
    "waf": "waf",
    "domain": "domain",
    "vpc": "vpc",
    "customer_keys": "keys",
    "code_signing": "signing",
    "customer_keys+waf": "keyswaf",
    "token_secrets": "tokens",
}
"""Extra, or extras, as in recorded_extras.json → the environment that has these and no others."""
SINGLE = [key for key in NAMES if "+" not in key]


def _settings(extras: list[str]) -> dict[str, Any]:
    named = {"hosted_zones": ["Z0123456789ABCDEFGHIJ"], "truststores": ["s3://company-trust/clients.pem"]}
    return {"extras": extras} | (named if "domain" in extras else {})


ENVIRONMENTS = {
    **{name: _settings(key.split("+")) for key, name in NAMES.items()},
    "all": _settings(SINGLE),
    "plain": _settings([]),
}
"""As bootstrap's variable of that name."""


def everything_asked(key: str, kind: str = "apply") -> list[Call]:
    """Recorded and documented calls of an extra, or of extras together."""
    recorded = (Call(*call) for call in RECORDED.get(key, {}).get(kind, ()))
    return [*recorded, *DOCUMENTED.get(key, {}).get(kind, ())]


def in_environment(call: Call, name: str) -> Call:
    """A call for the recorded environment, as it is in another."""

    def renamed(text: str) -> str:
        return re.sub(rf"\b{ENVIRONMENT}\b", name, text)

    return Call(
        call.action, renamed(call.resource), {key: renamed(value) for key, value in call.context.items()}
    )
