"""A camera's clock by ONVIF: one SOAP request, GetSystemDateAndTime, which most cameras answer without a login.

The answer is searched, not parsed: no entity of it is ever expanded.
"""

import base64
import datetime as dt
import hashlib
import http.client
import re
import secrets
import ssl
from collections.abc import Callable
from urllib.parse import urlsplit

from edge.drivers.opencv.address import Address
from edge.drivers.opencv.login import Login
from edge.drivers.opencv.outcome import Failed, words

TIMEOUT_S = 4.0
MAX_ANSWER = 64 * 1024
# What http.client says before the body, about.
REQUEST_HEAD = 200
_UTC = re.compile(r"<(?:\w+:)?UTCDateTime\b.*?</(?:\w+:)?UTCDateTime>", re.DOTALL)
_PARTS = ("Year", "Month", "Day", "Hour", "Minute", "Second")
_SECURITY = (
    '<s:Header><Security xmlns="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd">'
    "<UsernameToken><Username>{user}</Username>"
    '<Password Type="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0#PasswordDigest">'
    '{digest}</Password><Nonce>{nonce}</Nonce><Created xmlns="http://docs.oasis-open.org/wss/2004/01/'
    'oasis-200401-wss-wssecurity-utility-1.0.xsd">{created}</Created></UsernameToken></Security></s:Header>'
)
_BODY = (
    '<?xml version="1.0" encoding="UTF-8"?><s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope">{security}'
    '<s:Body><GetSystemDateAndTime xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>'
)


Spend = Callable[[int], None]


def camera_time(url: str, address: Address, wall: float, spend: Spend) -> float:
    """The camera's clock as Unix time. ``address`` has the login, tried only where the camera wants one, through its
    gate; ``wall``: the node's own time; ``spend`` is told the bytes that went over the line. Raises :class:`Failed`.
    """
    status, text = _post(url, _BODY.format(security=""), spend)
    if (status in {400, 401, 403} or "NotAuthorized" in text) and address.login:
        status, text = _with_login(url, address, address.login, wall, spend)
    if (found := parsed(text)) is None:
        raise Failed("unreachable", f"{status}: says no time over ONVIF")
    return found


def parsed(text: str) -> float | None:
    """Unix time of an answer; None where it holds none."""
    block = _UTC.search(text)
    parts = [re.search(rf"<(?:\w+:)?{name}>\s*(\d+)\s*</", block[0]) for name in _PARTS] if block else []
    numbers = [int(part[1]) for part in parts if part]
    if len(numbers) < len(_PARTS):
        return None
    year, month, day, hour, minute, second = numbers
    try:
        return dt.datetime(year, month, day, hour, minute, min(second, 59), tzinfo=dt.UTC).timestamp()
    except (ValueError, OverflowError):
        return None


def _with_login(url: str, address: Address, login: Login, wall: float, spend: Spend) -> tuple[int, str]:
    if address.gate.ask(address.clock(), url) != "go":
        raise Failed("wrong_password", "the login was refused; it is tried again later")
    accepted: bool | None = None
    try:
        status, text = _post(url, _BODY.format(security=_token(login, wall)), spend)
        accepted = not (status in {400, 401, 403} or "NotAuthorized" in text)
    finally:
        address.gate.tell(address.clock(), url, accepted=accepted)
    return status, text


def _token(login: Login, wall: float) -> str:
    nonce = secrets.token_bytes(16)
    created = dt.datetime.fromtimestamp(wall, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    # SHA-1 is what the standard says; the password is not in it in plain.
    digest = hashlib.sha1(nonce + created.encode() + login.password.encode(), usedforsecurity=False).digest()
    user = login.user.replace("&", "&amp;").replace("<", "&lt;")
    return _SECURITY.format(
        user=user,
        digest=base64.b64encode(digest).decode(),
        nonce=base64.b64encode(nonce).decode(),
        created=created,
    )


def _post(url: str, body: str, spend: Spend) -> tuple[int, str]:
    parts = urlsplit(url)
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    secure = parts.scheme == "https"
    host, port = parts.hostname or "", parts.port
    line = (
        http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=context)
        if secure
        else http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    )
    size = REQUEST_HEAD + len(body)
    try:
        line.request("POST", parts.path or "/", body.encode(), {"Content-Type": "application/soap+xml; charset=utf-8"})
        answer = line.getresponse()
        content = answer.read(MAX_ANSWER)
        size += len(bytes(answer.headers)) + len(content)
        return answer.status, content.decode("utf-8", "replace")
    except (OSError, http.client.HTTPException) as error:
        raise Failed("unreachable", f"no answer over ONVIF: {words(error)}") from None
    finally:
        line.close()
        spend(size)
