"""What Terraform says when it fails, and the command that most likely repairs it."""

from scripts.stack.target import Target
from scripts.terraform import TerraformError

BUILD = "make train package openapi COMMAND TARGET"
REPAIRS = {
    "Error acquiring the state lock": "another run holds the state (Who, Created): wait for it;"
    " if it was killed: make unlock TARGET ID=<its ID>",
    "No valid credential sources": "log in (aws sso login, or AWS_PROFILE=…), then run the same command",
    "Saved plan is stale": "something was applied since it was made: make plan TARGET",
    "Saved plan does not match": "it was made for another state: make plan TARGET",
    "ExpiredToken": "log in again (aws sso login), then run the same command",
    "perform: iam:": "a pipeline may make a role only with its boundary, and set no other: make doctor TARGET"
    " ARGS='--only account' says whether env/ENV.tfvars names it",
    "is not authorized to perform": "the message names the action and what it is about: run it as somebody"
    " who may; for a pipeline, allow it in infra/bootstrap/policies_*.tf, then make bootstrap",
    "already exists": "an earlier apply was killed before its state was written, or it is somebody else's:"
    " import it into the state or delete it (infra/bootstrap/README.md, Locks), then make apply TARGET",
    "There is no file at openapi_file": BUILD,
    "package.zip or package.manifest isn't there": BUILD,
    "There is no file at artifact.file": BUILD,
    "openapi.json": BUILD,
    "function-": BUILD,
    "model.tar.gz": BUILD,
    "query available provider packages": "your Terraform CLI configuration (TF_CLI_CONFIG_FILE or"
    " ~/.terraformrc) says where providers come from, and this one isn't there:\n"
    "           `terraform providers mirror DIRECTORY`, run in the stack's directory where a network is,\n"
    "           makes such a place; or leave that configuration out",
    "NoSuchBucket": "the state's bucket is missing: create it, or name another in env/ENV.s3.tfbackend",
}
"""What Terraform says → what repairs it; the first that matches."""


def repair_of(error: TerraformError, target: Target, command: str = "apply") -> str:
    """Name what most likely repairs a failure of Terraform; `command` is the make target that failed."""
    where = f"STACK={target.stack} ENV={target.env} ON={target.on}"
    for sign, repair in REPAIRS.items():
        if sign in error.details:
            known = repair.replace("COMMAND", command).replace("TARGET", where)
            return known.replace("env/ENV.", f"env/{target.env}.")
    return f"mend what the message names, then: make {command} {where}"
