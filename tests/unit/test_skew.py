"""The command `skew`: where requests come from, what it shows, its exit codes."""

import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from scoring import Contract
from scoring.encode_payload import encode_payload
from scoring.read_instances import read_instances
from scripts import skew
from scripts.fitting import statistics
from scripts.fitting.training_data import TrainingData
from scripts.skewing.wire import read_payload

pytestmark = pytest.mark.unit

INPUTS = [
    {"name": "temp", "type": "number", "minimum": -50, "maximum": 60},
    {"name": "colour", "type": "string"},
    {"name": "wind", "type": "number", "required": False},
]
FEATURES = [
    "temp",
    "wind",
    {"operation": "one_hot", "input": "colour", "categories": [["red", "blue"]], "unknown": "ignore"},
]
DOCUMENT = {
    "name": "weather",
    "version": "1.0.0",
    "inputs": INPUTS,
    "features": FEATURES,
    "outputs": [{"name": "score", "type": "number"}],
}
ROWS = 1000


def make_rows(shift: float = 0.0, seed: int = 0) -> list[dict[str, Any]]:
    draw = np.random.default_rng(seed)
    temperatures = np.clip(draw.normal(20 + shift, 5, ROWS), -50, 60)
    return [
        {"temp": float(temp), "colour": "red" if place % 3 else "blue", "wind": 2.0 if place % 10 else None}
        for place, temp in enumerate(temperatures)
    ]


@pytest.fixture
def contract_file(tmp_path: Path) -> Path:
    """A contract with the statistics of `make_rows()`."""
    contract = Contract.from_dict(DOCUMENT)
    columns = read_instances(contract.inputs, make_rows())
    matrix = contract.build_matrix(columns)
    described = statistics.describe(contract, contract.feature_names, TrainingData(columns, ROWS), matrix)
    path = tmp_path / "contract.json"
    path.write_text(json.dumps({**DOCUMENT, "statistics": described}), encoding="utf-8")
    return path


def write_requests(directory: Path, rows: list[dict[str, Any]]) -> Path:
    path = directory / "requests.json"
    path.write_text(json.dumps({"instances": rows}), encoding="utf-8")
    return path


def write_captures(
    directory: Path, contract_file: Path, rows: list[dict[str, Any]], encoding: str = "CSV"
) -> Path:
    """Records as SageMaker writes them: https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor.html."""
    contract = Contract.load(contract_file)
    lines = []
    for start in range(0, len(rows), 100):
        matrix = contract.transform(rows[start : start + 100])
        (payload,) = encode_payload(matrix, contract.endpoint)
        text = payload.body.decode() if encoding == "CSV" else base64.b64encode(payload.body).decode()
        media = {"observedContentType": "text/csv", "mode": "INPUT", "data": text, "encoding": encoding}
        answer = {"observedContentType": "text/csv", "mode": "OUTPUT", "data": "0.5\n", "encoding": "CSV"}
        moment = {"eventId": f"a-{start}", "inferenceTime": "2026-11-22T06:00:00Z"}
        captured = {"endpointInput": media, "endpointOutput": answer}
        lines.append(json.dumps({"captureData": captured, "eventMetadata": moment, "eventVersion": "0"}))
    path = directory / "36-40-3-a.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: Any) -> tuple[int, dict[str, Any]]:
    code = skew.main([*map(str, arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


def column(document: dict[str, Any], name: str) -> dict[str, Any]:
    (found,) = (each for each in document["columns"] if each["name"] == name)
    return dict(found)


def test_training_data_is_green(
    contract_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Inputs and features of the very rows that the statistics were made of: every index is 0."""
    code, document = run(
        capsys, contract_file, "--requests", write_requests(tmp_path, make_rows()),
        "--capture", write_captures(tmp_path, contract_file, make_rows()),
    )  # fmt: skip
    assert (code, document["verdict"]) == (0, "ok")
    assert {each["psi"] for each in document["columns"]} <= {None, 0.0}
    names = [(each["kind"], each["name"]) for each in document["columns"]]
    assert names[:4] == [("captured feature", name) for name in Contract.load(contract_file).feature_names]


def test_fresh_data_of_the_same_kind_is_green(
    contract_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = make_rows(seed=1)
    code, document = run(capsys, contract_file, "--requests", write_requests(tmp_path, rows))
    assert (code, document["verdict"]) == (0, "ok")
    assert 0 < column(document, "temp")["psi"] < 0.1


@pytest.mark.parametrize("encoding", ["CSV", "BASE64"])
def test_captured_features_that_shifted_are_red(
    contract_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    captures = write_captures(tmp_path, contract_file, make_rows(shift=5.0, seed=1), encoding)
    code, document = run(capsys, contract_file, "--capture", captures)
    assert (code, document["verdict"]) == (1, "fail")
    assert column(document, "temp")["psi"] > 0.25
    assert column(document, "temp")["rows"] == ROWS
    assert column(document, "wind")["verdict"] == "ok"


def test_what_is_ignored_fails_nothing(
    contract_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    requests = write_requests(tmp_path, make_rows(shift=5.0))
    code, document = run(capsys, contract_file, "--requests", requests, "--ignore", "temp")
    assert (code, column(document, "temp")["verdict"]) == (0, "ignored")


def test_refused_rows_are_counted_and_the_rest_compared(
    contract_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = make_rows()
    rows[::10] = [{**row, "temp": 300.0} for row in rows[::10]]
    code, document = run(capsys, contract_file, "--requests", write_requests(tmp_path, rows))
    assert code == 1
    assert (document["refused"]["rows"], document["refused"]["of"]) == (100, 1000)
    assert document["refused"]["verdict"] == "fail"
    (reason,) = document["refused"]["reasons"]
    assert reason.startswith("temp: ")
    assert column(document, "temp")["rows"] == 900


def test_requests_come_as_csv_and_json_lines_too(
    contract_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Columns that are no input are left aside; a line may hold a row or a whole request."""
    rows = make_rows()
    table, lines = tmp_path / "rows.csv", tmp_path / "rows.jsonl"
    cells = [f"{row['temp']!r},{row['colour']},{row['wind'] or ''},7\n" for row in rows[:500]]
    table.write_text("temp,colour,wind,price\n" + "".join(cells), encoding="utf-8")
    bodies = [*rows[500:900], {"instances": rows[900:999]}, {"data": "20.5,blue,2"}]
    lines.write_text("".join(json.dumps(body) + "\n" for body in bodies), encoding="utf-8")
    code, document = run(capsys, contract_file, "--requests", table, lines)
    assert (code, document["refused"]["rows"], column(document, "wind")["rows"]) == (0, 0, 1000)


def test_the_feature_log_is_read_among_other_lines(
    contract_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    contract = Contract.load(contract_file)
    matrix = contract.transform(make_rows()).tolist()
    features = [[None if cell != cell else cell for cell in row] for row in matrix]  # noqa: PLR0124
    known = {"message": "features", "contract_digest": contract.digest, "features": features[:600]}
    stranger = {"message": "features", "contract_digest": "0", "features": features[600:]}
    log = tmp_path / "function.log"
    log.write_text(
        f"START RequestId: 1\n{json.dumps(known)}\n2026-11-22T06:00:00 [$LATEST]1 {json.dumps(stranger)}\n"
        '{"message":"request","Rows":1}\n',
        encoding="utf-8",
    )
    code, document = run(capsys, contract_file, "--log", log)
    assert (code, column(document, "temp")["rows"]) == (0, 1000)
    assert "1 of them under a contract of another digest than this one's" in document["notes"]


def test_too_few_rows_do_not_pass(
    contract_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A pipeline must not take silence for consent."""
    code, document = run(capsys, contract_file, "--requests", write_requests(tmp_path, make_rows()[:20]))
    assert (code, document["verdict"]) == (1, "few")


def test_the_page_needs_nothing_else(
    contract_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A picture for each column; no script, no address."""
    rows = make_rows(shift=5.0)
    rows[0]["colour"] = "<script>"
    page = tmp_path / "made" / "page.html"
    run(capsys, contract_file, "--requests", write_requests(tmp_path, rows), "--html", page)
    text = page.read_text(encoding="utf-8")
    assert text.index("input temp: fail") < text.index("input wind: ok")
    assert text.count("<svg ") == 5
    assert "<script" not in text
    assert "http" not in text


def test_the_table_says_why(contract_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert skew.main([str(contract_file), "--requests", str(write_requests(tmp_path, make_rows(9.0)))]) == 1
    table = capsys.readouterr().out
    assert "fail: " in table
    assert "weather 1.0.0: fail" in table


@pytest.mark.parametrize("arguments", [["x"], ["bike-rental", "--requests", "a.csv", "--ignore", "nobody"]])
def test_wrong_usage_is_code_2(arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        skew.main(arguments)
    assert stopped.value.code == 2


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("[1]", "is no JSON object"),
        ('{"a": 1}', "has no captureData"),
        ('{"captureData": {"endpointInput": {"data": "1", "encoding": "XML"}}}', "CSV, JSON or BASE64"),
        ('{"captureData": {"endpointInput": {"data": "1,2", "encoding": "CSV"}}}', "2 features"),
        ('{"captureData": {"endpointInput": {"data": "*", "encoding": "BASE64"}}}', "isn't"),
        (
            '{"captureData": {"endpointInput": {"data": "", "encoding": "CSV", '
            '"observedContentType": "application/x-recordio-protobuf"}}}',
            "payloads that can be read back are text/csv",
        ),
    ],
)
def test_a_broken_capture_is_named_by_file_and_line(
    contract_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, said: str
) -> None:
    captures = tmp_path / "capture.jsonl"
    captures.write_text(f"\n{line}\n", encoding="utf-8")
    assert skew.main([str(contract_file), "--capture", str(captures)]) == 1
    told = capsys.readouterr().err
    assert "capture.jsonl:2" in told
    assert said in told


def test_a_contract_without_statistics_says_how_to_get_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "contract.json"
    path.write_text(json.dumps(DOCUMENT), encoding="utf-8")
    assert skew.main([str(path), "--requests", "x.json"]) == 1
    assert "python -m scripts.fit weather" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("content_type", "payload"),
    [
        ("application/json", {"layout": "features"}),
        ("application/json", {"layout": "sparse", "absent": "missing"}),
        ("application/jsonlines", {"layout": "values"}),
        ("text/libsvm", {"index_base": 1}),
    ],
)
def test_every_text_format_is_read_back_as_it_was_written(content_type: str, payload: dict[str, Any]) -> None:
    """The function's own encoder writes what the model gets; reading it back gives the matrix again."""
    endpoint = {"content_type": content_type, "payload": payload}
    contract = Contract.from_dict({**DOCUMENT, "endpoint": endpoint})
    rows = make_rows()[:20]
    if content_type.startswith("application/json") and payload["layout"] != "sparse":
        rows = [{**row, "wind": 1.5} for row in rows]  # these have no word for a missing value
    matrix = contract.transform(rows)
    (encoded,) = encode_payload(matrix, contract.endpoint)
    assert np.array_equal(read_payload(encoded.body, content_type, contract, "x"), matrix, equal_nan=True)
