"""Time the SageMaker SDK's serializers, in the SDK's own environment, which has no module of the project.

    python sdk_serializers.py MATRIX.npy SECONDS

Prints {"text/csv": ms, …} of processor time, the best of as many turns as fit in the seconds.
"""

import io
import json
import logging
import sys
import warnings
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
from timing import best_ms  # type: ignore[import-not-found] # the file beside this one

warnings.simplefilter("ignore")
logging.disable()

from sagemaker.amazon.common import write_numpy_to_dense_tensor  # noqa: E402
from sagemaker.deserializers import CSVDeserializer, JSONDeserializer  # noqa: E402
from sagemaker.serializers import CSVSerializer, JSONLinesSerializer, JSONSerializer  # noqa: E402


def write_recordio(matrix: Any) -> bytes:
    file = io.BytesIO()
    write_numpy_to_dense_tensor(file, matrix.astype("float32"))
    return file.getvalue()


def main() -> None:
    matrix, seconds = np.load(sys.argv[1]), float(sys.argv[2])
    reply = "\n".join(map(repr, matrix[:, 0].tolist())).encode()
    document = json.dumps({"predictions": [{"score": score} for score in matrix[:, 0].tolist()]}).encode()
    as_json = JSONSerializer().serialize
    contenders: dict[str, tuple[Callable[[Any], Any], Any]] = {
        "encode text/csv": (CSVSerializer().serialize, matrix),
        "encode application/json": (
            lambda rows: as_json({"instances": [{"features": row} for row in rows.tolist()]}),
            matrix,
        ),
        "encode application/jsonlines": (
            lambda rows: JSONLinesSerializer().serialize([{"features": row} for row in rows.tolist()]),
            matrix,
        ),
        "encode application/x-recordio-protobuf": (write_recordio, matrix),
        "decode text/csv": (
            lambda body: np.array(CSVDeserializer().deserialize(io.BytesIO(body), "text/csv"), float),
            reply,
        ),
        "decode application/json": (
            lambda body: [
                row["score"]
                for row in JSONDeserializer().deserialize(io.BytesIO(body), "application/json")["predictions"]
            ],
            document,
        ),
    }
    times = {name: best_ms(partial(do, given), seconds) for name, (do, given) in contenders.items()}
    print(json.dumps(times))


if __name__ == "__main__":
    main()
