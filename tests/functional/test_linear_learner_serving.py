"""The container under the name of linear-learner: the documented formats, and a model that is its own."""

import json

import numpy as np
import pytest
from multidict import CIMultiDict

from scripts.local_stage.sagemaker_runtime.images import ImageCommands
from scripts.local_stage.serving.linear_learner import load_model, make_invoke

pytestmark = pytest.mark.functional

RECORDIO = bytes.fromhex("0a23d7ce1c0000000a1a0a0676616c7565731210120e0a0c0000803f0000004000004040")
"""[1, 2, 3] as the SageMaker SDK writes it."""


@pytest.fixture
def folder(tmp_path):
    model = {"format": "logistic-regression/1", "weights": [1.0, -0.5, 0.25], "bias": 0.25, "threshold": 0.7}
    (tmp_path / "model.json").write_text(json.dumps(model))
    return tmp_path


@pytest.fixture
def container(folder):
    invoke = make_invoke(load_model(folder))
    return lambda body, **headers: invoke(
        body, CIMultiDict({name.replace("_", "-"): value for name, value in headers.items()})
    )


# 1·1 - 0.5·2 + 0.25·3 + 0.25 = 1, and 1 / (1 + e^-1) = 0.73105857863; a row of zeros leaves the bias, 0.25
ITEMS = [
    {"score": pytest.approx(0.7310585786300049), "predicted_label": 1},
    {"score": pytest.approx(0.5621765008857981), "predicted_label": 0},
]


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("text/csv", b"1,2,3\n0,0,0"),
        ("text/csv; charset=utf-8", b"1,2,3\r\n0,0,0\r\n"),
        ("application/json", b'{"instances": [{"features": [1, 2, 3]}, {"features": [0, 0, 0]}]}'),
        (
            "application/json",
            b'{"instances": [{"data": {"features": {"values": [1, 2, 3]}}}, {"features": [0, 0, 0]}]}',
        ),
        ("application/jsonlines", b'{"features": [1, 2, 3]}\n{"features": [0, 0, 0]}\n'),
    ],
)
def test_request_formats(container, content_type, body):
    answer = container(body, Content_Type=content_type, Accept="application/json")
    assert (answer.status, answer.content_type) == (200, "application/json")
    assert json.loads(answer.body) == {"predictions": ITEMS}


def test_recordio(container):
    answer = container(RECORDIO, Content_Type="application/x-recordio-protobuf")
    assert json.loads(answer.body) == {"predictions": ITEMS[:1]}


def test_json_lines_are_the_same_items(container):
    answer = container(b"1,2,3\n0,0,0", Content_Type="text/csv", Accept="application/jsonlines")
    assert [json.loads(line) for line in answer.body.splitlines()] == ITEMS


def test_the_threshold_belongs_to_label_1(tmp_path):
    (tmp_path / "model.json").write_text(
        '{"format": "logistic-regression/1", "weights": [1], "bias": 0, "threshold": 0.5}'
    )
    (item,) = load_model(tmp_path).predict(np.array([[0.0]]))
    assert item == {"score": 0.5, "predicted_label": 1}


def test_extreme_rows_have_a_score(tmp_path):
    (tmp_path / "model.json").write_text(
        '{"format": "logistic-regression/1", "weights": [1], "bias": 0, "threshold": 0.5}'
    )
    items = load_model(tmp_path).predict(np.array([[1e4], [-1e4]]))
    assert [item["score"] for item in items] == [1.0, 0.0]


@pytest.mark.parametrize(
    ("status", "body", "headers"),
    [
        (400, b"1,2", {}),
        (400, b"1,2,x", {}),
        (400, b"", {}),
        (400, b"1,2,3\n1,2", {}),
        (400, b'{"rows": []}', {"Content_Type": "application/json"}),
        (400, b"{", {"Content_Type": "application/json"}),
        (406, b"1,2,3", {"Accept": "text/csv"}),
        (415, b"1,2,3", {"Content_Type": "text/libsvm"}),
    ],
)
def test_refusals(container, status, body, headers):
    assert container(body, **headers).status == status


def test_an_artifact_of_another_kind_says_so(tmp_path):
    with pytest.raises(SystemExit, match="can't read an artifact of the real algorithm"):
        load_model(tmp_path)
    (tmp_path / "model.json").write_text('{"format": "other"}')
    with pytest.raises(SystemExit, match="'other', not 'logistic-regression/1'"):
        load_model(tmp_path)


def test_the_built_in_image_s_name_leads_here():
    command = ImageCommands().find("438346466558.dkr.ecr.eu-west-1.amazonaws.com/linear-learner:1")
    assert command is not None
    assert command[1:] == ("-m", "scripts.local_stage.serving", "linear-learner", "--image-tag", "1")
    assert ImageCommands().find("1.dkr.ecr.eu-west-1.amazonaws.com/my-linear-learner:1") is None
