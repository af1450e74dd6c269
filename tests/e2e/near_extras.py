"""What lies near the rights that extras give, and that no pipeline may, though it has them all."""

from tests.e2e.extra_calls import API, EDGE, KEY, LOGIN, SIGNING, via
from tests.e2e.policy_cases import ACCOUNT, REGION, Call, arn, calls, s3

OURS = {"aws__ResourceTag/environment": "boot"}
THEIRS = {"aws__ResourceTag/environment": "live"}
NEW = {"aws__RequestTag/environment": "boot"}
STAGE = f"{API}/restapis/abc/stages/live"
DOMAIN = f"{API}/domainnames/live.example.com"
ZONE = "arn:aws:route53:::hostedzone/Z0123456789ABCDEFGHIJ"

NEAR: tuple[Call, ...] = (
    *(
        call
        for name in ("breast-cancer-live-live", "company", "bike-rental-bootleg-live")
        for call in (
            *calls(
                arn("wafv2", f"regional/webacl/{name}/1"),
                *("wafv2:CreateWebACL", "wafv2:UpdateWebACL", "wafv2:DeleteWebACL", "wafv2:GetWebACL"),
                *("wafv2:PutLoggingConfiguration", "wafv2:DeleteLoggingConfiguration", "wafv2:TagResource"),
            ),
            *calls(arn("wafv2", f"regional/ipset/{name}/1"), "wafv2:UpdateIPSet", "wafv2:DeleteIPSet"),
            *calls(arn("logs", f"log-group:aws-waf-logs-{name}"), "logs:DeleteLogGroup"),
        )
    ),
    *calls(arn("wafv2", "regional/rulegroup/company/1"), "wafv2:UpdateRuleGroup", "wafv2:DeleteRuleGroup"),
    *calls(arn("wafv2", "global/webacl/bike-rental-boot-live/1", region="us-east-1"), "wafv2:CreateWebACL"),
    *calls(arn("elasticloadbalancing", "loadbalancer/app/shop/1"), "wafv2:AssociateWebACL"),
    *calls(STAGE, "apigateway:SetWebACL"),
    *calls(STAGE, "apigateway:SetWebACL", **THEIRS),
    *calls("*", "logs:DeleteResourcePolicy"),
    *calls(f"{API}/domainnames", "apigateway:POST"),
    *calls(f"{API}/domainnames", "apigateway:POST", **{"aws__RequestTag/environment": "live"}),
    *(
        call
        for tags in ({}, THEIRS)
        for call in (
            *calls(DOMAIN, "apigateway:GET", "apigateway:PATCH", "apigateway:DELETE", **tags),
            *calls(f"{DOMAIN}/basepathmappings", "apigateway:POST", **tags),
            *calls(DOMAIN, "apigateway:AddCertificateToDomain", **tags),
            *calls(DOMAIN, "apigateway:RemoveCertificateFromDomain", **tags),
            *calls(SIGNING, "lambda:UpdateCodeSigningConfig", "lambda:DeleteCodeSigningConfig", **tags),
        )
    ),
    *(
        Call("route53:ChangeResourceRecordSets", zone, {"route53:ChangeResourceRecordSetsRecordTypes": kind})
        for zone, kinds in (
            (ZONE, ("NS", "MX", "TXT", "CNAME")),
            (ZONE.replace("Z01", "Z99"), ("A",)),
        )
        for kind in kinds
    ),
    *calls(ZONE, "route53:DeleteHostedZone"),
    *calls(ZONE.replace("Z01", "Z99"), "route53:ListResourceRecordSets"),
    *calls(arn("acm", "certificate/1"), "acm:DeleteCertificate", "acm:ExportCertificate"),
    *calls(EDGE.format(ACCOUNT), "cloudfront:UpdateDistribution", aws__ResourceAccount=ACCOUNT),
    *calls(EDGE.format(ACCOUNT), "cloudfront:DeleteDistribution", "cloudfront:GetDistribution"),
    *calls(s3("company-trust/clients.pem"), "s3:PutObject", "s3:DeleteObject"),
    *calls(s3("company-trust/keys.pem"), "s3:GetObject"),
    *calls(arn("ec2", "security-group/sg-0b2"), "ec2:AuthorizeSecurityGroupIngress"),
    *calls(arn("ec2", "subnet/subnet-0a1"), "ec2:CreateNetworkInterface", "ec2:DeleteSubnet"),
    *calls(arn("ec2", "vpc/vpc-0c3"), "ec2:CreateSubnet", "ec2:CreateSecurityGroup"),
    *calls(KEY, "kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:CreateGrant"),
    *(
        call
        for service in (via("secretsmanager"), via("ec2"), via("lambda", "us-east-1"))
        for call in calls(KEY, "kms:Decrypt", "kms:CreateGrant", **service)
    ),
    *calls(KEY, "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy", **via("lambda")),
    *calls(KEY.replace("eu-west-1", "us-east-1"), "kms:Decrypt", **via("lambda")),
    *calls("*", "lambda:CreateCodeSigningConfig"),
    *calls("*", "lambda:CreateCodeSigningConfig", **{"aws__RequestTag/environment": "live"}),
    *calls(SIGNING, "lambda:TagResource", **THEIRS, **NEW),
    *calls(SIGNING, "lambda:TagResource"),
    *calls(arn("lambda", "function:breast-cancer-live"), "lambda:PutFunctionCodeSigningConfig"),
    *calls(arn("lambda", "function:breast-cancer-live"), "lambda:DeleteFunctionCodeSigningConfig"),
    *calls(arn("lambda", "function:breast-cancer-live"), "lambda:ListTags"),
    *calls(
        arn("signer", "/signing-profiles/release"), "signer:StartSigningJob", "signer:CancelSigningProfile"
    ),
    *(
        Call("secretsmanager:GetSecretValue", secret)
        for secret in (
            *(
                arn("secretsmanager", f"secret:{name}-a1B2c3")
                for name in (
                    *("bike-rental-live-smoke-test", "breast-cancer-live-smoke-test"),
                    *("bike-rental-smoke-test", "company-boot-smoke-test"),
                    *("x-bike-rental-boot-smoke-test", "bike-rental-bootleg-smoke-test"),
                    *("bike-rental-boot", "bike-rental-boot-database", "bike-rental-boot-smoke-test-admin"),
                    *("bike-rental-boot-smoke-test-2", "bike-rental-boot-smoke-tests", "database"),
                )
            ),
            LOGIN.replace(REGION, "us-east-1"),
        )
    ),
    *calls(
        LOGIN,
        *("secretsmanager:PutSecretValue", "secretsmanager:UpdateSecret", "secretsmanager:DeleteSecret"),
        *("secretsmanager:CreateSecret", "secretsmanager:RotateSecret", "secretsmanager:DescribeSecret"),
        *("secretsmanager:PutResourcePolicy", "secretsmanager:GetResourcePolicy"),
        *("secretsmanager:UpdateSecretVersionStage", "secretsmanager:ReplicateSecretToRegions"),
    ),
    *calls("*", "secretsmanager:ListSecrets", "secretsmanager:BatchGetSecretValue"),
)
