"""Requests and replies of RTSP (RFC 2326)."""

from dataclasses import dataclass, field

REASONS = {
    200: "OK",
    302: "Moved Temporarily",
    400: "Bad Request",
    401: "Unauthorized",
    403: "Too many users",
    404: "Not Found",
    405: "Method Not Allowed",
    453: "Not Enough Bandwidth",
    454: "Session Not Found",
    455: "Method Not Valid in This State",
    461: "Unsupported Transport",
    503: "Service Unavailable",
}


@dataclass(frozen=True)
class Request:
    """One parsed request; header names in lower case."""

    method: str
    url: str
    headers: dict[str, str]


@dataclass
class Reply:
    """Status, extra headers and body of an answer."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""

    def encoded(self, sequence: str) -> bytes:
        """The answer to request ``sequence`` (its CSeq) as bytes."""
        headers = {"CSeq": sequence, **self.headers}
        if self.body:
            headers["Content-Length"] = str(len(self.body.encode()))
        lines = [
            f"RTSP/1.0 {self.status} {REASONS[self.status]}",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        return ("\r\n".join(lines) + "\r\n\r\n" + self.body).encode()


def parse(text: str) -> Request | None:
    """A request from its header block; None if it is none."""
    first, *rest = text.split("\r\n")
    words = first.split()
    if len(words) != 3 or not words[2].startswith("RTSP/"):
        return None
    pairs = (line.partition(":") for line in rest if line)
    return Request(words[0], words[1], {name.strip().lower(): value.strip() for name, _colon, value in pairs})
