"""Aliases of Lambda functions, and the versions that they call."""

import re
from typing import Any

from moto.awslambda.exceptions import LambdaClientError
from moto.awslambda.models import LambdaAlias, LambdaStorage

from scripts.local_stage.corrections.correction import Seams, correction, replace


@correction(
    symptom="an alias whose weights were taken away keeps an empty RoutingConfig: plans remove it for ever",
    symbol="moto.awslambda.models.LambdaAlias.to_json",
)
def alias_without_weights(_: Seams) -> None:
    """Describe no routing where there are no weights."""
    stock = LambdaAlias.to_json

    def to_json(self: Any) -> dict[str, Any]:
        described: dict[str, Any] = stock(self)
        if not _weights(self):
            described["RoutingConfig"] = None
        return described

    replace(LambdaAlias, to_json=to_json)


@correction(
    symptom="DeleteFunction of one version forgets every alias, also one that calls that version",
    symbol="moto.awslambda.models.LambdaStorage.del_function",
)
def version_deletion(_: Seams) -> None:
    """Keep the aliases, and refuse to delete a version that one of them calls (API_DeleteFunction)."""
    stock = LambdaStorage.del_function

    def del_function(self: Any, name_or_arn: str, qualifier: str | None = None) -> None:
        named = re.search(r":(\d+)$", name_or_arn)
        version = named[1] if named else qualifier
        if version is None:
            stock(self, name_or_arn, qualifier)
            return
        aliases = self._get_function_aliases(name_or_arn.removesuffix(f":{version}"))
        users = sorted(name for name, alias in aliases.items() if version in _versions(alias))
        if users:
            raise VersionInUseError(version, users)
        kept = {arn: known for arn, known in self._aliases.items() if known is aliases}
        stock(self, name_or_arn, qualifier)
        self._aliases.update(kept)

    replace(LambdaStorage, del_function=del_function)


class VersionInUseError(LambdaClientError):
    """DeleteFunction of a version that an alias calls."""

    code = 409

    def __init__(self, version: str, aliases: list[str]) -> None:
        text = f"Version {version} can't be deleted: {', '.join(aliases)} refers to it."
        super().__init__("ResourceConflictException", text)


def _versions(alias: Any) -> set[str]:
    return {str(alias.function_version), *_weights(alias)}


def _weights(alias: Any) -> dict[str, float]:
    weights: dict[str, float] = (alias.routing_config or {}).get("AdditionalVersionWeights") or {}
    return weights
