"""The breast-cancer API from outside: a bare "B" or "M"; label, score and review for every form of a row."""

import json

import pytest

from tests.deployed_stack import DeployedStack, failed

pytestmark = pytest.mark.e2e

BENIGN = (
    "13.49,22.3,86.91,561.0,0.08752,0.07697999999999999,0.047510000000000004,0.033839999999999995,0.1809,"
    "0.05717999999999999,0.2338,1.3530000000000002,1.735,20.2,0.004455,0.013819999999999999,0.02095,0.01184,"
    "0.01641,0.001956,15.15,31.82,99.0,698.8,0.1162,0.1711,0.2282,0.1282,0.2871,0.06917000000000001"
)
MALIGNANT = (
    "17.99,10.38,122.8,1001.0,0.1184,0.2776,0.3001,0.1471,0.2419,0.07871,1.095,0.9053,8.589,153.4,0.006399,"
    "0.04904,0.05373,0.01587,0.03003,0.006193,25.38,17.33,184.6,2019.0,0.1622,0.6656,0.7119,0.2654,0.4601,0.1189"
)
PATH = "/predictbreastcancer"


def numbers(text: str) -> list[float]:
    return [float(value) for value in text.split(",")]


def test_the_stage_is_the_article_s(breast_cancer: DeployedStack) -> None:
    """Its client has /test/predictbreastcancer in its URL."""
    assert breast_cancer.client.url.endswith("/test")


@pytest.mark.parametrize(("row", "label"), [(BENIGN, "B"), (MALIGNANT, "M")])
def test_a_row_as_text_is_answered_with_a_letter(breast_cancer: DeployedStack, row: str, label: str) -> None:
    """Nothing but a JSON text, as the article's function returns it."""
    reply = breast_cancer.post({"data": row}, PATH)
    assert (reply.status, reply.body) == (200, json.dumps(label).encode())


def test_several_rows_are_answered_with_a_list(breast_cancer: DeployedStack) -> None:
    """One letter a row, in their order."""
    assert breast_cancer.post({"data": f"{BENIGN}\n{MALIGNANT};{BENIGN}"}, PATH).json() == ["B", "M", "B"]


def test_every_form_of_a_row_gets_label_score_and_review(breast_cancer: DeployedStack) -> None:
    """Arrays, features, by name and text are the same rows; predicted_label decides, not a rounded score."""
    names = [declared["name"] for declared in breast_cancer.contract["inputs"]]
    forms = [
        {"data": f"{BENIGN};{MALIGNANT}"},
        {"instances": [numbers(BENIGN), numbers(MALIGNANT)]},
        {"instances": [{"features": numbers(BENIGN)}, {"features": numbers(MALIGNANT)}]},
        {"instances": [dict(zip(names, numbers(row), strict=True)) for row in (BENIGN, MALIGNANT)]},
    ]
    answers = [breast_cancer.post(form).json() for form in forms]
    assert answers[1:] == answers[:1] * 3
    benign, malignant = answers[0]["predictions"]
    assert (benign["label"], benign["review"]) == ("B", True)
    assert benign["score"] == pytest.approx(0.157343, abs=1e-5)
    assert (malignant["label"], malignant["review"]) == ("M", True)
    assert malignant["score"] > 0.999


def test_a_malignant_tumour_with_a_score_below_1_is_malignant(breast_cancer: DeployedStack) -> None:
    """`int(score)`, as in circulating copies of the article's function, would call it benign."""
    names = [declared["name"] for declared in breast_cancer.contract["inputs"]]
    middle = [(b + m) / 2 for b, m in zip(numbers(BENIGN), numbers(MALIGNANT), strict=True)]
    (prediction,) = breast_cancer.post({"instances": [dict(zip(names, middle, strict=True))]}).json()[
        "predictions"
    ]
    assert 0.5 <= prediction["score"] < 1
    assert prediction["label"] == "M"


def test_a_short_row_is_refused_with_its_place(breast_cancer: DeployedStack) -> None:
    """A row too short never reaches the model."""
    reply = breast_cancer.post({"data": f"{BENIGN};1,2,3"}, PATH)
    assert reply.status == 422
    assert [error["pointer"] for error in (reply.problem or {})["errors"]] == ["/data/1"]


def test_a_key_is_needed(breast_cancer: DeployedStack) -> None:
    """Its routes aren't open."""
    assert breast_cancer.post({"data": BENIGN}, PATH, key=None).status == 403


def test_the_smoke_test_is_green(breast_cancer: DeployedStack) -> None:
    """Bare values, rows as text and labels are golden rows like any others."""
    results = breast_cancer.smoke_test()
    assert {result.status for result in results.values()} == {"passed"}, failed(results)
