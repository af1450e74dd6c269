"""The local stage's XGBoost container against what was measured on the real one's serving code."""

import json
import struct

import numpy as np
import pytest
import xgboost
from multidict import CIMultiDict

from scripts.local_stage.serving.recordio import read_recordio
from scripts.local_stage.serving.xgboost import load_boosters, make_invoke
from scripts.local_stage.serving.xgboost_release import read_release

pytestmark = pytest.mark.functional

FEATURES = 13
ROWS = np.random.default_rng(3).random((3, FEATURES)).round(3)
CSV = "\n".join(",".join(map(repr, row.tolist())) for row in ROWS).encode()


def train(folder, **parameters):
    rng = np.random.default_rng(1)
    matrix = rng.random((300, FEATURES))
    label = (matrix[:, 0] * 3).astype(int) if "num_class" in parameters else matrix[:, 0] - matrix[:, 12]
    options = {"max_depth": 3, "nthread": 1, "base_score": 0.5, **parameters}
    booster = xgboost.train(options, xgboost.DMatrix(matrix, label=label, nthread=1), num_boost_round=8)
    (folder / "xgboost-model").write_bytes(bytes(booster.save_raw("ubj")))
    return booster


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("model")


@pytest.fixture(scope="module")
def scores(folder):
    """Return what the booster itself predicts for ROWS."""
    return train(folder).predict(xgboost.DMatrix(ROWS, nthread=1)).tolist()


@pytest.fixture(scope="module")
def container(folder, scores):
    """Return a caller of the container: (tag, body, headers) → answer."""
    boosters = load_boosters(folder)

    def call(tag, body, **headers):
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return make_invoke(boosters, read_release(tag))(
            body, CIMultiDict({"Content-Type": "text/csv", **named})
        )

    return call


@pytest.mark.parametrize("tag", ["1.2-2", "1.7-1", "3.0-5"])
def test_csv_reply_is_a_line_per_row(container, scores, tag):
    """From 1.2-2 on: `a\\nb\\n`."""
    answer = container(tag, CSV)
    assert answer.status == 200
    assert answer.body.decode() == "".join(f"{score}\n" for score in scores)
    assert answer.content_type.startswith("text/csv")


@pytest.mark.parametrize("tag", ["0.90-2-cpu-py3", "1.0-1", "1.2-1", "1", "latest"])
def test_old_csv_reply_is_one_line_whatever_accept_says(container, scores, tag):
    """Up to 1.2-1: `a,b`, no newline, Accept ignored."""
    answer = container(tag, CSV, Accept="application/json")
    assert answer.body.decode() == ",".join(map(str, scores))
    assert answer.content_type.startswith("text/csv")


def test_json_reply(container, scores):
    """Accept: application/json."""
    answer = container("3.0-5", CSV, Accept="application/json")
    assert json.loads(answer.body) == {"predictions": [{"score": score} for score in scores]}
    assert answer.content_type.startswith("application/json")


def test_json_lines_reply(container, scores):
    """Accept: application/jsonlines, the same objects, one a line."""
    answer = container("3.0-5", CSV, Accept="application/jsonlines")
    assert [json.loads(line) for line in answer.body.splitlines()] == [{"score": score} for score in scores]


@pytest.mark.parametrize("accept", ["*/*", ""])
def test_any_accept_is_csv(container, accept):
    """A client that doesn't mind gets CSV."""
    assert container("3.0-5", CSV, Accept=accept).content_type.startswith("text/csv")


def test_multiclass_reply_has_commas_within_a_row(tmp_path):
    """Comma within a row, newline between rows, in every release."""
    booster = train(tmp_path, objective="multi:softprob", num_class=3)
    expected = booster.predict(xgboost.DMatrix(ROWS, nthread=1)).tolist()
    for tag in ("1.2-1", "3.0-5"):
        answer = make_invoke(load_boosters(tmp_path), read_release(tag))(
            CSV, CIMultiDict({"Content-Type": "text/csv"})
        )
        lines = answer.body.decode().strip().split("\n")
        assert [[float(value) for value in line.split(",")] for line in lines] == expected


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b'{"instances": [[1, 2]]}', "application/json"),
        (b'{"features": [1, 2]}', "application/jsonlines"),
        (CSV, "text/plain"),
        (b"season,holiday\n" + CSV, "text/csv"),
        (b"\xff\xfe,1", "text/csv"),
        (b"1,2\n1,2,3", "text/csv"),
        (b"0:1 1:x", "text/libsvm"),
        (CSV, "text/csv; label_size=2"),
    ],
)
def test_unreadable_input_is_415(container, body, content_type):
    """JSON, jsonlines, plain text, a header row, ragged or broken rows."""
    assert container("3.0-5", body, Content_Type=content_type).status == 415


def test_unknown_accept_is_406(container):
    """An Accept that isn't served."""
    answer = container("3.0-5", CSV, Accept="text/html")
    assert answer.status == 406
    assert b"Accept type text/html is not supported" in answer.body


def test_empty_body_is_204(container):
    """Nothing asked, nothing answered."""
    answer = container("3.0-5", b"")
    assert (answer.status, answer.body) == (204, b"")


@pytest.mark.parametrize(("columns", "status"), [(11, 400), (12, 200), (13, 200), (14, 400)])
def test_one_column_too_few_passes(container, columns, status):
    """Of 13 features, 14 or 11 columns are refused, but 12 are answered: arity is the caller's to guard."""
    answer = container("3.0-5", ",".join(["0.5"] * columns).encode())
    assert answer.status == status
    if status == 400:
        assert answer.body.decode() == (
            f"Unable to evaluate payload provided: Feature size of csv inference data {columns} is not "
            "consistent with feature size of trained model 13."
        )


def test_empty_field_is_missing(container, folder):
    """An empty CSV field is NaN."""
    booster = load_boosters(folder)[0]
    row = ROWS[:1].copy()
    row[0, 0] = np.nan
    expected = booster.predict(xgboost.DMatrix(row, nthread=1)).tolist()
    body = ",".join(["", *map(repr, row[0, 1:].tolist())]).encode()
    assert container("3.0-5", body).body.decode() == f"{expected[0]}\n"


@pytest.mark.parametrize("delimiter", [";", "\t", " "])
def test_delimiter_is_sniffed(container, scores, delimiter):
    """The container guesses the delimiter of CSV."""
    answer = container("3.0-5", CSV.replace(b",", delimiter.encode()))
    assert answer.body.decode() == "".join(f"{score}\n" for score in scores)


def test_libsvm_counts_from_0_and_absent_is_missing(container, folder):
    """Index 0 is the first feature; what isn't named is missing, not 0."""
    booster = load_boosters(folder)[0]
    row = np.full((1, FEATURES), np.nan)
    row[0, [0, 12]] = 0.25, 0.75
    expected = booster.predict(xgboost.DMatrix(row, nthread=1)).tolist()
    answer = container("3.0-5", b"0 0:0.25 12:0.75", Content_Type="text/libsvm")
    assert answer.body.decode() == f"{expected[0]}\n"


def test_libsvm_index_beyond_the_model_is_refused(container):
    """Two features too many are a 400."""
    assert container("3.0-5", b"0 14:1", Content_Type="text/x-libsvm").status == 400


def frame(record):
    return struct.pack("<II", 0xCED7230A, len(record)) + record + bytes(-len(record) % 4)


def test_recordio_example_of_the_format():
    """[1, 2, 3] as float32, the bytes of SageMaker's own serializer."""
    body = bytes.fromhex("0a23d7ce1c0000000a1a0a0676616c7565731210120e0a0c0000803f0000004000004040")
    assert read_recordio(body * 2).tolist() == [[1.0, 2.0, 3.0], [1.0, 2.0, 3.0]]


def test_recordio_dense_rows(container, scores):
    """Rows of 64-bit numbers are scored as CSV's are."""
    body = b""
    for row in ROWS:
        packed = row.astype("<f8").tobytes()
        tensor = b"\x0a" + bytes([len(packed)]) + packed
        value = b"\x1a" + bytes([len(tensor)]) + tensor
        entry = b"\x0a\x06values\x12" + bytes([len(value)]) + value
        body += frame(b"\x0a" + varint(len(entry)) + entry)
    answer = container("3.0-5", body, Content_Type="application/x-recordio-protobuf")
    assert answer.body.decode() == "".join(f"{score}\n" for score in scores)


def varint(number):
    return bytes([number]) if number < 128 else bytes([number & 127 | 128, number >> 7])


def test_recordio_sparse_row():
    """Keys say which columns are there, the shape how many there are."""
    tensor = b"\x0a\x08" + np.array([0.5, 2.0], "<f4").tobytes() + b"\x12\x02\x00\x03" + b"\x1a\x01\x05"
    value = b"\x12" + bytes([len(tensor)]) + tensor
    entry = b"\x0a\x06values\x12" + bytes([len(value)]) + value
    matrix = read_recordio(frame(b"\x0a" + bytes([len(entry)]) + entry))
    assert matrix.toarray().tolist() == [[0.5, 0.0, 0.0, 2.0, 0.0]]


@pytest.mark.parametrize("body", [b"1,2,3", b"\x0a\x23\xd7\xce\xff\x00\x00\x00", frame(b"\x12\x00"), b"\x00"])
def test_broken_recordio_is_415(container, body):
    """No frame, a truncated one, a record without features."""
    assert container("3.0-5", body, Content_Type="application/x-recordio-protobuf").status == 415


def test_pickled_model(tmp_path, scores, folder):
    """Artifacts of old releases are pickles."""
    import pickle

    booster = load_boosters(folder)[0]
    (tmp_path / "xgboost-model").write_bytes(pickle.dumps(booster))
    answer = make_invoke(load_boosters(tmp_path), read_release("3.0-5"))(
        CSV, CIMultiDict({"Content-Type": "text/csv"})
    )
    assert answer.body.decode() == "".join(f"{score}\n" for score in scores)


def test_several_models_are_averaged(tmp_path):
    """Every file of the artifact is a model; their mean is the score."""
    first = train(tmp_path)
    (tmp_path / "xgboost-model").rename(tmp_path / "xgboost-model-0")
    second = train(tmp_path, max_depth=1)
    data = xgboost.DMatrix(ROWS, nthread=1)
    expected = ((first.predict(data) + second.predict(data)) / 2).tolist()
    answer = make_invoke(load_boosters(tmp_path), read_release("3.0-5"))(
        CSV, CIMultiDict({"Content-Type": "text/csv"})
    )
    assert [float(line) for line in answer.body.decode().split()] == pytest.approx(expected, rel=1e-6)


@pytest.mark.parametrize(("content", "words"), [(None, "no model file"), (b"junk", "cannot be loaded")])
def test_artifact_without_a_model(tmp_path, content, words):
    """The container exits and says why."""
    if content is not None:
        (tmp_path / "xgboost-model").write_bytes(content)
    with pytest.raises(SystemExit, match=words):
        load_boosters(tmp_path)
