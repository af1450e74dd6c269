"""Custom domain names: which stage of which API a base path leads to.

https://docs.aws.amazon.com/apigateway/latest/developerguide/rest-api-mappings.html
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

EMPTY = "(none)"
"""How moto and the API name the mapping without a base path."""


class Address(NamedTuple):
    """Where a request of a custom domain name leads; without API when no mapping covers its path."""

    api_id: str = ""
    stage_name: str = ""
    base_path: str = ""
    """`/v1`, or nothing."""
    path: str = "/"
    """What is left for the API."""
    unenforced: tuple[str, ...] = ()
    """What the domain name is set to do and the local stage does not."""


def find_address(domain: Any, mappings: Mapping[str, Any], path: str) -> Address:
    """The address, with what the stage's log has to say of it."""
    address = find_mapping(mappings, path)
    if "mutualTlsAuthentication" in getattr(domain, "extras", ()):
        return address._replace(unenforced=(f"mutual TLS of {domain.domain_name}",))
    return address


def find_mapping(mappings: Mapping[str, Any], path: str) -> Address:
    """The mapping with the longest base path; one without a stage takes it from the next segment."""
    for base_path in sorted(
        mappings, key=lambda base_path: (base_path != EMPTY, len(base_path)), reverse=True
    ):
        prefix = "" if base_path == EMPTY else f"/{base_path}"
        if path != prefix and not path.startswith(f"{prefix}/"):
            continue
        mapping, rest = mappings[base_path], path.removeprefix(prefix)
        stage_name = mapping.stage
        if not stage_name:
            stage_name, _, rest = rest.lstrip("/").partition("/")
            prefix, rest = f"{prefix}/{stage_name}", f"/{rest}"
        return Address(mapping.rest_api_id, stage_name, prefix, rest or "/")
    return Address()
