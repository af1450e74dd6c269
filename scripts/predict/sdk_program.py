"""A client written with the SageMaker SDK; run by `sdk_wire.py` in the SDK's environment, not ours.

Reads a JSON array of rows a line on standard input, answers a JSON object a line:
{"body": base64 of the endpoint's reply} or {"error": text}.
Usage: python sdk_program.py ENDPOINT_NAME ACCEPT
"""

import base64
import json
import sys

answers = sys.stdout
sys.stdout = sys.stderr  # what the SDK prints must not stand among the answers

import boto3  # noqa: E402
from sagemaker.deserializers import BytesDeserializer  # noqa: E402
from sagemaker.predictor import Predictor  # noqa: E402
from sagemaker.serializers import CSVSerializer  # noqa: E402
from sagemaker.session import Session  # noqa: E402


def main() -> None:
    """Answer lines until there are no more."""
    endpoint_name, accept = sys.argv[1:]
    predictor = Predictor(
        endpoint_name,
        sagemaker_session=Session(boto3.Session()),
        serializer=CSVSerializer(),
        deserializer=BytesDeserializer(accept=accept),
    )
    for line in sys.stdin:
        try:
            answer = {"body": base64.b64encode(predictor.predict(json.loads(line))).decode()}
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


main()
