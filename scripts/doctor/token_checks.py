"""What the smoke test needs to call routes that ask for a token."""

from scripts.doctor.patient import Patient
from scripts.smoke.caller_options import TOKEN_VARIABLES
from scripts.smoke.result import CheckFailed, CheckSkipped
from scripts.smoke.routes import deployed_auth
from scripts.smoke.tokens import TokenError, find_tokens


def tokens_can_be_had(patient: Patient) -> str:
    """A token that is set, or printed by a command, is one; that the API takes it, the smoke test shows."""
    kinds = sorted(set((deployed_auth(patient.outputs) or {}).values()) & set(TOKEN_VARIABLES))
    if not kinds:
        return "no route asks for one"
    target = patient.target
    tokens = find_tokens([], {**patient.environment, "STACK": target.stack, "ENVIRONMENT": target.env})
    missing = []
    for kind in kinds:
        try:
            if tokens.get(kind) is None:
                missing.append(kind)
        except TokenError as error:
            wanted = f"a token for routes of kind {kind}"
            raise CheckFailed(expected=wanted, found=error.found, repair=error.repair) from error
    if missing:
        names = ", ".join(f"{TOKEN_VARIABLES[kind]} nor {TOKEN_VARIABLES[kind]}_COMMAND" for kind in missing)
        raise CheckSkipped(
            f"without {names} make smoke-test is red for {', '.join(missing)} (docs/access.md)"
        )
    return f"at hand for {', '.join(kinds)}"
