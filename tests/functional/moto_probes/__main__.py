"""Run all probes and print a JSON object: name of the correction → "ok" or what went wrong."""

import json
import sys

from moto import mock_aws

from tests.functional.moto_probes import apigateway, awslambda, edge, logs, others, sagemaker
from tests.functional.moto_probes.probe import PROBES

assert (
    apigateway and awslambda and edge and logs and others and sagemaker
)  # imported for the probes they register


def main() -> None:
    if "--corrected" in sys.argv:
        from scripts.local_stage.corrections import Seams, apply_corrections

        seams = Seams(endpoint_changed=sagemaker.CHANGED.append, capacities_changed=sagemaker.RESIZED.append)
        apply_corrections(seams)
    outcome = {}
    for name, run in PROBES.items():
        with mock_aws():
            try:
                run()
                outcome[name] = "ok"
            except Exception as error:
                outcome[name] = repr(error)
    print(json.dumps(outcome))


if __name__ == "__main__":
    main()
