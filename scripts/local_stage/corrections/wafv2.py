"""WAF v2: web ACLs and the address sets that they refer to."""

import inspect
import json
from typing import Any

from moto.apigateway.models import APIGatewayBackend
from moto.wafv2.exceptions import WAFv2ClientError
from moto.wafv2.models import WAFV2Backend, wafv2_backends

from scripts.local_stage.corrections.correction import Seams, correction, replace

_REPLACED = (
    "description",
    "association_config",
    "captcha_config",
    "challenge_config",
    "custom_response_bodies",
    "token_domains",
)


@correction(
    symptom="UpdateWebACL keeps what it should drop: the last rule never goes, each plan removes it again",
    symbol="moto.wafv2.models.WAFV2Backend.update_web_acl",
)
def web_acl_updates(_: Seams) -> None:
    """Let an update be the whole web ACL, as on AWS: what it leaves out is gone."""
    stock = WAFV2Backend.update_web_acl
    signature = inspect.signature(stock)

    def update_web_acl(self: Any, *args: Any, **kwargs: Any) -> str:
        token: str = stock(self, *args, **kwargs)
        given = signature.bind(self, *args, **kwargs).arguments
        acl = self.get_web_acl(None, given["name"], given["_id"])
        for name in _REPLACED:
            setattr(acl, name, given.get(name))
        acl.description = acl.description or ""
        if not given.get("rules"):
            acl.rules = []
        return token

    replace(WAFV2Backend, update_web_acl=update_web_acl)


class _AssociatedItemError(WAFv2ClientError):
    """The resource is in use."""

    def __init__(self) -> None:
        super().__init__(
            "WAFAssociatedItemException",
            "AWS WAF couldn't perform the operation because your resource is being used by another resource "
            "or it's associated with another resource.",
        )


@correction(
    symptom="DeleteIPSet and DeleteWebACL succeed on what is in use: a wrong order of destroying looks right",
    symbol="moto.wafv2.models.WAFV2Backend.delete_ip_set",
)
def waf_references(_: Seams) -> None:
    """Refuse to delete an address set that a rule names, or a web ACL that stands before a stage."""
    stock_set, stock_acl = WAFV2Backend.delete_ip_set, WAFV2Backend.delete_web_acl

    def delete_ip_set(self: Any, name: str, scope: str, _id: str, lock_token: str) -> None:
        rules = [rule.to_dict() for acl in self.wacls.values() for rule in acl.rules]
        if f"/ipset/{name}/{_id}" in json.dumps(rules):
            raise _AssociatedItemError
        stock_set(self, name, scope, _id, lock_token)

    def delete_web_acl(self: Any, name: str, scope: str, _id: str, lock_token: str) -> None:
        if any(acl.id == _id and acl.associated_resources for acl in self.wacls.values()):
            raise _AssociatedItemError
        stock_acl(self, name, scope, _id, lock_token)

    replace(WAFV2Backend, delete_ip_set=delete_ip_set, delete_web_acl=delete_web_acl)


@correction(
    symptom="a stage keeps its earlier web ACL beside the new one; a deleted stage keeps its ACL in use",
    symbol="moto.wafv2.models.WAFV2Backend.associate_web_acl",
)
def web_acl_associations(_: Seams) -> None:
    """Let a resource have one web ACL, and none once its stage is gone."""
    stock, stock_delete = WAFV2Backend.associate_web_acl, APIGatewayBackend.delete_stage

    def release(backend: Any, resource_arn: str) -> None:
        for acl in backend.wacls.values():
            acl.associated_resources = [arn for arn in acl.associated_resources if arn != resource_arn]

    def associate_web_acl(self: Any, web_acl_arn: str, resource_arn: str) -> None:
        if web_acl_arn in self.wacls:
            release(self, resource_arn)
        stock(self, web_acl_arn, resource_arn)

    def delete_stage(self: Any, function_id: str, stage_name: str) -> None:
        stock_delete(self, function_id, stage_name)
        arn = f"arn:aws:apigateway:{self.region_name}::/restapis/{function_id}/stages/{stage_name}"
        release(wafv2_backends[self.account_id][self.region_name], arn)

    replace(WAFV2Backend, associate_web_acl=associate_web_acl)
    replace(APIGatewayBackend, delete_stage=delete_stage)
