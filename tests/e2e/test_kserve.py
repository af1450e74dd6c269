"""The breast-cancer API as clients of the Open Inference Protocol (KServe v2) see it: tensors in and out."""

from typing import Any

import pytest

from tests.deployed_stack import DeployedStack, failed
from tests.e2e.test_breast_cancer import BENIGN, MALIGNANT, numbers

pytestmark = pytest.mark.e2e

MODEL = "/v2/models/breast-cancer"


def outputs(answer: Any) -> dict[str, Any]:
    """Tensors by name, without it."""
    return {tensor.pop("name"): tensor for tensor in answer["outputs"]}


def one_tensor() -> list[dict[str, Any]]:
    """Both rows as a matrix, flat as the protocol recommends."""
    return [{"name": "x", "shape": [2, 30], "datatype": "FP64", "data": numbers(BENIGN) + numbers(MALIGNANT)}]


def test_rows_in_one_tensor_or_a_tensor_an_input(breast_cancer: DeployedStack) -> None:
    """Label, score and review of two known rows; the request's id comes back."""
    names = [declared["name"] for declared in breast_cancer.contract["inputs"]]
    by_name = [
        {"name": name, "shape": [2], "datatype": "FP64", "data": list(pair)}
        for name, pair in zip(names, zip(numbers(BENIGN), numbers(MALIGNANT), strict=True), strict=True)
    ]
    for inputs in (one_tensor(), by_name[::-1]):
        reply = breast_cancer.post({"id": "42", "inputs": inputs}, f"{MODEL}/infer")
        assert reply.status == 200, reply
        answer = reply.json()
        assert (answer["model_name"], answer["model_version"], answer["id"]) == (
            "breast-cancer",
            breast_cancer.contract["version"],
            "42",
        )
        tensors = outputs(answer)
        assert tensors["label"] == {"datatype": "BYTES", "shape": [2], "data": ["B", "M"]}
        assert tensors["review"] == {"datatype": "BOOL", "shape": [2], "data": [True, True]}
        scores = tensors["score"]
        assert (scores["datatype"], scores["shape"]) == ("FP64", [2])
        assert scores["data"] == pytest.approx([0.157343, 1.0], abs=1e-5)


def test_metadata_describes_what_infer_takes_and_gives(breast_cancer: DeployedStack) -> None:
    """A generic client asks for names and types first."""
    reply = breast_cancer.client.send("GET", MODEL, key=breast_cancer.key)
    assert reply.status == 200, reply
    described = reply.json()
    assert (described["name"], described["versions"]) == (
        "breast-cancer",
        [breast_cancer.contract["version"]],
    )
    assert [(tensor["name"], tensor["datatype"]) for tensor in described["inputs"]] == [
        (declared["name"], "FP64") for declared in breast_cancer.contract["inputs"]
    ]
    answer = breast_cancer.post({"inputs": one_tensor()}, f"{MODEL}/infer").json()
    assert {name: tensor["datatype"] for name, tensor in outputs(answer).items()} == {
        tensor["name"]: tensor["datatype"] for tensor in described["outputs"]
    }


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/v2/health/ready", {"ready": True}),
        ("/v2/health/live", {"live": True}),
        (f"{MODEL}/ready", {"name": "breast-cancer", "ready": True}),
    ],
)
def test_health(breast_cancer: DeployedStack, path: str, answer: dict[str, Any]) -> None:
    """With a key, as every route of the protocol here; without one it is refused."""
    reply = breast_cancer.client.send("GET", path, key=breast_cancer.key)
    assert (reply.status, reply.json()) == (200, answer)
    assert breast_cancer.client.send("GET", path).status == 403


def test_a_wrong_tensor_is_refused_with_its_place(breast_cancer: DeployedStack) -> None:
    """A problem document with the member `error` that the protocol's clients show; a wrong name is a 404."""
    (tensor,) = one_tensor()
    reply = breast_cancer.post({"inputs": [{**tensor, "data": tensor["data"][:59]}]}, f"{MODEL}/infer")
    problem = reply.problem or {}
    assert (reply.status, problem["errors"][0]["pointer"]) == (422, "/inputs/0/data")
    assert problem["error"] == problem["detail"]
    assert breast_cancer.post({"inputs": one_tensor()}, "/v2/models/other/infer").status == 404


def test_the_smoke_test_is_green(breast_cancer: DeployedStack) -> None:
    """Routes without golden rows in their form don't disturb it, and all of them want a key."""
    results = breast_cancer.smoke_test()
    assert {result.status for result in results.values()} == {"passed"}, failed(results)
