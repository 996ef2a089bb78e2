"""Where to go after signing in: back to where somebody came from, and never to another site. Pure."""

from urllib.parse import urlsplit

LANDING = "/staff"
LONGEST = 500
# Whose day begins on a page of their own.
FACES = {"police": "/police", "duty_desk": "/desk", "admin": "/admin"}


def own(path: str | None) -> str:
    """``path`` if it is one of ours, else the landing page. Browsers read two slashes, backslashes and control signs in
    their own way, so nothing of that kind counts as ours."""
    if not path or len(path) > LONGEST or not path.startswith("/") or path.startswith("//"):
        return LANDING
    if "\\" in path or any(ord(sign) < 0x21 or ord(sign) == 0x7F for sign in path):
        return LANDING
    parts = urlsplit(path)
    return LANDING if parts.scheme or parts.netloc or parts.path.startswith("//") else path


def of_role(goes_on: str, role: str) -> str:
    """``goes_on``; for who came from nowhere in particular, the page that their day begins on."""
    return FACES.get(role, LANDING) if goes_on == LANDING else goes_on


def of_address(address: str | None) -> str:
    """The path and query of a whole address such as a browser names."""
    if not address:
        return LANDING
    parts = urlsplit(address)
    return own(parts.path + (f"?{parts.query}" if parts.query else ""))
