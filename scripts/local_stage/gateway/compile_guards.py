"""The guards of a deployment's methods, compiled once; what can't be checked here is refused here."""

import json

from scripts.local_stage.gateway.access_refusals import AuthorizerMisconfigured
from scripts.local_stage.gateway.authorization import CognitoGuard, Guard, IamGuard, LambdaGuard
from scripts.local_stage.gateway.cognito import CognitoAuthorizer
from scripts.local_stage.gateway.deployed_api import DeployedApi, Method
from scripts.local_stage.gateway.lambda_authorizer import LambdaAuthorizer
from scripts.local_stage.gateway.policies import Policy, read_policy
from scripts.local_stage.gateway.refusals import ConfigurationError, NotEnforcedHere


class Guards:
    """Makes guards; methods with the same Lambda authorizer share its cache."""

    def __init__(self, api: DeployedApi) -> None:
        self._api = api
        self._lambdas: dict[str, LambdaAuthorizer] = {}

    def compile(self, method: Method) -> Guard | None:
        """The method's guard, None when anyone may call.

        Raises NotEnforcedHere for what the local stage can't check, ConfigurationError for what AWS can't.
        """
        kind, policy = method.authorization_type, self._policy()
        if kind == "NONE":
            return None if policy is None else Guard(self._api, policy)
        if kind == "AWS_IAM":
            return IamGuard(self._api, policy)
        authorizer = self._api.authorizers.get(method.authorizer_id or "")
        if authorizer is None:
            raise AuthorizerMisconfigured(reason=f"{kind}: there is no authorizer {method.authorizer_id}")
        if kind == "COGNITO_USER_POOLS":
            return CognitoGuard(self._api, policy, CognitoAuthorizer(authorizer, method.authorization_scopes))
        if kind == "CUSTOM":
            if authorizer.id not in self._lambdas:
                self._lambdas[authorizer.id] = LambdaAuthorizer(self._api, authorizer)
            return LambdaGuard(self._api, policy, self._lambdas[authorizer.id])
        raise NotEnforcedHere(reason=f"authorization {kind} is not known to the local stage")

    def _policy(self) -> Policy | None:
        api = self._api
        if not api.policy:
            return None
        prefix = f"arn:aws:execute-api:{api.region}:{api.account_id}:{api.api_id}"
        try:
            policy = read_policy(json.loads(api.policy), resource_prefix=prefix)
        except ValueError as error:
            raise ConfigurationError(reason=f"the API's resource policy: {error}") from error
        policy.check()
        return policy
