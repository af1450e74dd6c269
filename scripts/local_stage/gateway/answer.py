"""The answer on its way to the client."""

from dataclasses import dataclass

Header = tuple[str, str]


@dataclass(slots=True)
class Answer:
    """Status, headers in their order (names may repeat) and body."""

    status: int
    headers: list[Header]
    body: bytes

    def set_header(self, name: str, value: str) -> None:
        """Replace a header, whatever case it was written in."""
        self.headers = [header for header in self.headers if header[0].lower() != name.lower()]
        self.headers.append((name, value))

    def header(self, name: str) -> str | None:
        """First value of a header."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)
