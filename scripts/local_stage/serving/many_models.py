"""A multi-model container's paths: models are loaded, invoked and unloaded by name.

GET    /models                 what is loaded
POST   /models                 load {"model_name": …, "url": folder}
DELETE /models/{name}          unload
POST   /models/{name}/invoke   as /invocations of a container with one model

Source: https://docs.aws.amazon.com/sagemaker/latest/dg/mms-container-apis.html
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from scripts.local_stage.serving.answers import Answer, Invoke, Load

JSON = "application/json"


class ManyModels:
    """The models that are loaded, by name."""

    def __init__(self, load: Load) -> None:
        self._load_folder = load
        self._models: dict[str, tuple[str, Invoke]] = {}

    def answer(self, method: str, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Answer one request; names have no slash."""
        match (method, *path.strip("/").split("/")):
            case ("GET", "models"):
                return self._list()
            case ("POST", "models"):
                return self._load(body)
            case ("DELETE", "models", name):
                return Answer(200 if self._models.pop(name, None) else 404)
            case ("POST", "models", name, "invoke"):
                return self._models[name][1](body, headers) if name in self._models else Answer(404)
        return Answer(404)

    def _list(self) -> Answer:
        models = [{"modelName": name, "modelUrl": folder} for name, (folder, _) in self._models.items()]
        return Answer(200, json.dumps({"models": models}).encode(), JSON)

    def _load(self, body: bytes) -> Answer:
        asked = json.loads(body)
        name, folder = asked["model_name"], asked["url"]
        if name in self._models:
            return Answer(409, b"is loaded")
        try:
            self._models[name] = folder, self._load_folder(Path(folder))
        except SystemExit as error:  # one model's fault must not end the others
            return Answer(500, str(error).encode())
        return Answer(200)
