"""A body of application/x-www-form-urlencoded → its fields, as a page's form sends them.

https://url.spec.whatwg.org/#application/x-www-form-urlencoded
"""

from urllib.parse import parse_qs

from .errors import InvalidRequest, PointedProblem

_MOST_FIELDS = 100


def read_form(text: str) -> dict[str, list[str]]:
    """Each field's values; raises InvalidRequest."""
    try:
        return parse_qs(
            text.strip(),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except ValueError:
        raise InvalidRequest([PointedProblem("", "Expected fields such as data=v1%2Cv2.")]) from None
