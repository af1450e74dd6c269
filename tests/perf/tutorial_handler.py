"""A Lambda as tutorials write it, for `bench_handler`: what a request costs when nothing is made of numpy.

Written afresh in the style of the course's handler (ChandraLingam/AmazonSageMakerCourse), with its habits
kept: the event is logged with indents and serialised once more for its own sake, dateutil reads every row,
values are turned to text one by one and joined, the reply is split by a regular expression (which drops signs
and exponents), and every fault is a 400.
`chatty=False` leaves out the first two habits, so that the rest can be judged alone.
"""

import json
import math
import re
from collections.abc import Callable
from typing import Any

from dateutil import parser

Handler = Callable[[Any, Any], dict[str, Any]]


def transform_data(features: list[Any]) -> str:
    """One observation as a line of CSV: the date's parts go to the end."""
    moment = parser.parse(features[0])
    data = features.copy()
    data.append(moment.year)
    data.append(moment.month)
    data.append(moment.day)
    data.append(moment.weekday())
    data.append(moment.hour)
    return ",".join([str(value) for value in data[1:]])


def make_tutorial_handler(
    client: Any, endpoint_name: str, write: Callable[[str], Any], *, chatty: bool
) -> Handler:
    """The handler over a client and a log: in the course both are globals, here they are the seams.

    Its API is a non-proxy integration: the event is the request itself, parsed by the runtime.
    """

    def lambda_handler(event: Any, context: Any) -> dict[str, Any]:
        try:
            request = event
            if chatty:
                write("Received event: " + json.dumps(event, indent=2))
                request = json.loads(json.dumps(event))
            lines = [transform_data(instance["features"]) for instance in request["instances"]]
            result = client.invoke_endpoint(
                EndpointName=endpoint_name, Body="\n".join(lines).encode("utf-8"), ContentType="text/csv"
            )
            text = result["Body"].read().decode("utf-8")
            scores = [value for value in re.split(r"[^0-9.]+", text) if value != ""]
            predictions = [math.expm1(float(score)) for score in scores]
            return {"statusCode": 200, "isBase64Encoded": False, "body": json.dumps(predictions)}
        except Exception as error:
            return {"statusCode": 400, "isBase64Encoded": False, "body": f"Call Failed {error}"}

    return lambda_handler
