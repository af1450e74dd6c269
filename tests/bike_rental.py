"""The course's example as a contract, and the payload and answer that belong to it."""

from typing import Any

FEATURES = ["2012-12-19 17:00:00", 4, 0, 1, 1, 16.4, 20.455, 50, 26.0027]
PAYLOAD_ROW = b"4,0,1,1,16.4,20.455,50,26.0027,2012,12,19,2,17"
SCORE = 6.349314
"""What a model may answer to it; exp(6.349314) - 1 is 571.1001137 by Python's decimal module."""
COUNT = 571.1001

NAMES = [
    "datetime",
    "season",
    "holiday",
    "workingday",
    "weather",
    "temp",
    "atemp",
    "humidity",
    "windspeed",
]
BY_NAME = dict(zip(NAMES, FEATURES, strict=True))


def _number(name: str, minimum: float, maximum: float, kind: str = "number") -> dict[str, Any]:
    return {"name": name, "type": kind, "minimum": minimum, "maximum": maximum, "description": f"The {name}."}


def contract() -> dict[str, Any]:
    """A fresh copy, free to be changed."""
    return {
        "name": "bike-rental",
        "version": "1.2.3",
        "description": "Rentals an hour.",
        "inputs": [
            {"name": "datetime", "type": "datetime", "description": "The hour."},
            _number("season", 1, 4, "integer"),
            _number("holiday", 0, 1, "integer"),
            _number("workingday", 0, 1, "integer"),
            _number("weather", 1, 4, "integer"),
            _number("temp", -50, 60),
            _number("atemp", -50, 60),
            _number("humidity", 0, 100),
            _number("windspeed", 0, 100),
        ],
        "features": [
            *NAMES[1:],
            {
                "operation": "datetime_parts",
                "input": "datetime",
                "parts": ["year", "month", "day", "dayofweek", "hour"],
            },
        ],
        "endpoint": {
            "content_type": "text/csv",
            "accept": "text/csv",
            "max_rows_per_call": 2000,
            "reply": {"values": {"score": 0}},
        },
        "outputs": [
            {
                "name": "count",
                "type": "number",
                "description": "Rentals an hour.",
                "source": "score",
                "steps": [
                    {"operation": "expm1"},
                    {"operation": "clip", "minimum": 0},
                    {"operation": "round", "digits": 4},
                ],
            }
        ],
        "limits": {"max_instances": 10000},
        "routes": [{"path": "/", "method": "POST"}, {"path": "/predict", "method": "POST"}],
        "examples": [],
    }
