"""API Gateway: custom domain names."""

import json
from typing import Any

from moto.apigateway.exceptions import DomainNameNotFound
from moto.apigateway.models import APIGatewayBackend, DomainName
from moto.apigateway.responses import APIGatewayResponse

from scripts.local_stage.corrections.correction import Seams, correction, replace

_CREATED = ("mutualTlsAuthentication", "ownershipVerificationCertificateArn")
"""Members of CreateDomainName that moto drops."""

_REPLACEABLE = {
    "/certificateArn": "certificate_arn",
    "/certificateName": "certificate_name",
    "/regionalCertificateArn": "regional_certificate_arn",
    "/regionalCertificateName": "regional_certificate_name",
    "/securityPolicy": "security_policy",
}
"""Path of a patch → attribute of moto's domain name."""


def _extras(domain: Any) -> dict[str, Any]:
    """What moto's domain name has no attribute for; made when first asked for."""
    extras: dict[str, Any] = domain.__dict__.setdefault("extras", {})
    return extras


@correction(
    symptom="CreateDomainName drops mutualTlsAuthentication: the next plan asks for it again, for ever",
    symbol="moto.apigateway.responses.APIGatewayResponse.create_domain_name",
)
def domain_mutual_tls(_: Seams) -> None:
    """Keep and return it, as well as the certificate that proves who owns the name."""
    stock_create, stock_json = APIGatewayResponse.create_domain_name, DomainName.to_json

    def create_domain_name(self: Any) -> Any:
        status, headers, _ = stock_create(self)
        domain = self.backend.get_domain_name(self._get_param("domainName"))
        _extras(domain).update({name: self._get_param(name) for name in _CREATED if self._get_param(name)})
        return status, headers, json.dumps(domain.to_json())

    def to_json(self: Any) -> dict[str, Any]:
        return {**stock_json(self), **_extras(self)}

    replace(APIGatewayResponse, create_domain_name=create_domain_name)
    replace(DomainName, to_json=to_json)


def _patch(domain: Any, operation: dict[str, Any]) -> None:
    path, value = operation["path"], operation.get("value")
    if path in _REPLACEABLE:
        setattr(domain, _REPLACEABLE[path], value)
    elif path == "/mutualTlsAuthentication/truststoreUri" and not value:
        _extras(domain).pop("mutualTlsAuthentication", None)
    elif path.startswith("/mutualTlsAuthentication/"):
        member = path.rpartition("/")[2]
        _extras(domain).setdefault("mutualTlsAuthentication", {})[member] = value
    elif path == "/ownershipVerificationCertificateArn":
        _extras(domain)[path[1:]] = value


@correction(
    symptom="UpdateDomainName isn't implemented: a new certificate or truststore fails the apply",
    symbol="moto.apigateway.responses.APIGatewayResponse",
)
def domain_updates(_: Seams) -> None:
    """Patch certificates, TLS version and truststore; an empty truststore turns mutual TLS off."""

    def update_domain_name(self: Any) -> str:
        domain = self.backend.domain_names.get(self.path.split("/")[2])
        if domain is None:
            raise DomainNameNotFound
        for operation in self._get_param("patchOperations") or []:
            _patch(domain, operation)
        return json.dumps(domain.to_json())

    replace(APIGatewayResponse, update_domain_name=update_domain_name)


@correction(
    symptom="a base path mapping moved to the whole host is lost: it stands under '', asked for is '(none)'",
    symbol="moto.apigateway.models.APIGatewayBackend.update_base_path_mapping",
)
def base_path_none(_: Seams) -> None:
    """Read an empty base path as `(none)`, as AWS does."""
    stock = APIGatewayBackend.update_base_path_mapping

    def update_base_path_mapping(
        self: Any, domain_name: str, base_path: str, patch_operations: list[dict[str, Any]]
    ) -> Any:
        for operation in patch_operations:
            if operation["path"] == "/basePath":
                operation["value"] = operation.get("value") or "(none)"
        return stock(self, domain_name, base_path, patch_operations)

    replace(APIGatewayBackend, update_base_path_mapping=update_base_path_mapping)
