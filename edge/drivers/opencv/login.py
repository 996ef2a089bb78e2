"""Answers to an RTSP server's 401: Digest (RFC 7616, MD5 and SHA-256) and Basic."""

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

_PARAMETER = re.compile(r'(\w+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))')
# RFC 7616 names them; what they protect here is as strong as the camera's own firmware.
_HASHES: dict[str, Callable[[bytes], str]] = {
    "md5": lambda text: hashlib.md5(text, usedforsecurity=False).hexdigest(),
    "sha-256": lambda text: hashlib.sha256(text).hexdigest(),
}


@dataclass(frozen=True, slots=True)
class Login:
    """A user and a password, never shown."""

    user: str
    password: str = field(repr=False)

    @classmethod
    def parse(cls, secret: str) -> "Login":
        """From ``user:password``."""
        user, _, password = secret.partition(":")
        return cls(user, password)


def authorization(login: Login, challenges: Iterable[str], method: str, uri: str) -> str | None:
    """The Authorization header's value for the strongest challenge that is known; None if none is."""
    answers = {_scheme(challenge): _answer(login, challenge, method, uri) for challenge in challenges}
    for scheme in ("digest sha-256", "digest md5", "basic"):
        if answers.get(scheme):
            return answers[scheme]
    return None


def _scheme(challenge: str) -> str:
    name = challenge.partition(" ")[0].lower()
    return f"digest {_parameters(challenge).get('algorithm', 'MD5').lower()}" if name == "digest" else name


def _parameters(challenge: str) -> dict[str, str]:
    return {name.lower(): quoted or bare for name, quoted, bare in _PARAMETER.findall(challenge.partition(" ")[2])}


def _answer(login: Login, challenge: str, method: str, uri: str) -> str | None:
    scheme = _scheme(challenge)
    if scheme == "basic":
        return "Basic " + base64.b64encode(f"{login.user}:{login.password}".encode()).decode()
    digest = _HASHES.get(scheme.removeprefix("digest "))
    return _digest(login, _parameters(challenge), (method, uri), digest) if digest else None


def _digest(login: Login, said: dict[str, str], request: tuple[str, str], digest: Callable[[bytes], str]) -> str:
    def hashed(*parts: str) -> str:
        return digest(":".join(parts).encode())

    realm, nonce, uri = said.get("realm", ""), said.get("nonce", ""), request[1]
    secret, asked = hashed(login.user, realm, login.password), hashed(*request)
    head = f'Digest username="{login.user}", realm="{realm}", nonce="{nonce}", uri="{uri}"'
    for name in ("algorithm", "opaque"):
        if name in said:
            head += f', {name}="{said[name]}"' if name == "opaque" else f", {name}={said[name]}"
    if "auth" not in [word.strip() for word in said.get("qop", "").split(",")]:
        return f'{head}, response="{hashed(secret, nonce, asked)}"'
    client = secrets.token_hex(8)
    answer = hashed(secret, nonce, "00000001", client, "auth", asked)
    return f'{head}, qop=auth, nc=00000001, cnonce="{client}", response="{answer}"'
