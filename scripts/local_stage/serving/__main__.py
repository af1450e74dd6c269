"""Run a container: python -m scripts.local_stage.serving ALGORITHM --image-tag TAG."""

import argparse
import importlib
import sys

ALGORITHMS = {
    "linear-learner": "scripts.local_stage.serving.linear_learner",
    "xgboost": "scripts.local_stage.serving.xgboost",
}
IMPORTED_IF_PRESENT = ("pandas", "sklearn")
"""XGBoost imports these if it finds them; nothing here uses them, and they take 0.7 s."""


def main() -> None:
    """Serve the algorithm's model in $SM_MODEL_DIR on $SAGEMAKER_BIND_TO_PORT until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m scripts.local_stage.serving", description=__doc__)
    parser.add_argument("algorithm", choices=ALGORITHMS)
    parser.add_argument(
        "--image-tag", required=True, help="release of the image to answer like, such as 3.0-5"
    )
    options = parser.parse_args()
    for name in IMPORTED_IF_PRESENT:
        sys.modules[name] = None  # type: ignore[assignment]
    importlib.import_module(ALGORITHMS[options.algorithm]).main(options.image_tag)


main()
