"""bike-rental with every extra of infra/bootstrap, and what it needs that somebody else made."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tests.e2e.called_resources import BOUNDARY

PLAIN = f"""
environment              = "boot"
permissions_boundary_arn = "{BOUNDARY}"
"""
WITHOUT = """
endpoint = { instances = { type = "ml.m5.large", initial_count = 1 } }
model    = { bucket = { force_destroy = true, lifecycle_rules = false } }
api      = { clients = { website = {} }, allow_open_routes = true }
"""
WITH = """
logs = { kms_key_arn = "KEY" }
endpoint = {
  instances    = { type = "ml.m5.large", initial_count = 1, kms_key_arn = "KEY" }
  data_capture = { destination_s3_uri = "s3://TRUST/captured", kms_key_arn = "KEY" }
}
model = {
  vpc    = { subnet_ids = ["SUBNET"], security_group_ids = ["GROUP"] }
  bucket = { kms_key_arn = "KEY", force_destroy = true, lifecycle_rules = false }
}
function = {
  vpc          = { subnet_ids = ["SUBNET"], security_group_ids = ["GROUP"] }
  kms_key_arn  = "KEY"
  code_signing = { signing_profile_version_arns = ["PROFILE"], untrusted = "Warn" }
}
api = {
  clients           = { website = {} }
  allow_open_routes = true
  waf = {
    denied_cidrs = ["198.51.100.0/24"]
    rate_limit   = { requests = 3000, window_seconds = 300 }
    rule_groups  = { company = { arn = "RULES", priority = 40 } }
    log          = {}
  }
  domain = {
    name            = "boot.example.com"
    certificate_arn = "CERTIFICATE"
    base_path       = "bikes"
    mutual_tls      = { truststore_uri = "s3://TRUST/clients.pem" }
    hosted_zone_id  = "ZONE"
  }
}
"""
CHANGES = (
    ("198.51.100.0/24", "203.0.113.0/24"),
    ("requests = 3000", "requests = 2000"),
    ('"PROFILE"', '"PROFILE", "OTHER_PROFILE"'),
    ('"SUBNET"', '"OTHER_SUBNET"'),
    ('kms_key_arn = "KEY"', 'kms_key_arn = "OTHER_KEY"'),
    ('kms_key_arn  = "KEY"', 'kms_key_arn  = "OTHER_KEY"'),
    ('    mutual_tls      = { truststore_uri = "s3://TRUST/clients.pem" }\n', ""),
)


def changed(text: str) -> str:
    """The settings with another value of each extra."""
    for before, after in CHANGES:
        assert before in text, before
        text = text.replace(before, after)
    return text


@contextmanager
def surroundings(aws: Callable[[str], Any]) -> Iterator[dict[str, str]]:
    """Network, keys, certificate, zone, rules, profiles of the account; name in the settings → value."""
    ec2, kms, s3, waf = aws("ec2"), aws("kms"), aws("s3"), aws("wafv2")
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{part}.0/24")["Subnet"]["SubnetId"] for part in (0, 1)
    ]
    group = ec2.create_security_group(VpcId=vpc, GroupName="boot", Description="boot")["GroupId"]
    keys = [kms.create_key()["KeyMetadata"] for _ in range(2)]
    s3.create_bucket(Bucket="company-trust", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    s3.put_object(Bucket="company-trust", Key="clients.pem", Body=b"certificates")
    certificate = aws("acm").request_certificate(DomainName="boot.example.com")["CertificateArn"]
    zone = aws("route53").create_hosted_zone(Name="example.com", CallerReference="boot")["HostedZone"]["Id"]
    visible = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": "company"}
    rules = waf.create_rule_group(
        Name="company", Scope="REGIONAL", Capacity=1, VisibilityConfig=visible, Rules=[]
    )["Summary"]
    signer = aws("signer")
    profiles = [
        signer.put_signing_profile(profileName=name, platformId="AWSLambda-SHA384-ECDSA")
        for name in ("release", "hotfix")
    ]
    try:
        yield {
            "OTHER_SUBNET": subnets[1],
            "OTHER_KEY": keys[1]["Arn"],
            "SUBNET": subnets[0],
            "GROUP": group,
            "KEY": keys[0]["Arn"],
            "TRUST": "company-trust",
            "CERTIFICATE": certificate,
            "ZONE": zone.rpartition("/")[2],
            "RULES": rules["ARN"],
            "OTHER_PROFILE": profiles[1]["profileVersionArn"],
            "PROFILE": profiles[0]["profileVersionArn"],
        }
    finally:
        waf.delete_rule_group(Name="company", Scope="REGIONAL", Id=rules["Id"], LockToken=rules["LockToken"])
        aws("route53").delete_hosted_zone(Id=zone)
        aws("acm").delete_certificate(CertificateArn=certificate)
        s3.delete_object(Bucket="company-trust", Key="clients.pem")
        s3.delete_bucket(Bucket="company-trust")
        for name in ("release", "hotfix"):
            signer.cancel_signing_profile(profileName=name)
        for key in keys:
            kms.schedule_key_deletion(KeyId=key["KeyId"], PendingWindowInDays=7)
        ec2.delete_security_group(GroupId=group)
        for subnet in subnets:
            ec2.delete_subnet(SubnetId=subnet)
        ec2.delete_vpc(VpcId=vpc)
