"""What people were sent, as the vendors' own ledger has it, and the links in it as people press them."""

import http.client
import re
from collections.abc import Sequence
from contextlib import closing
from urllib.parse import urlencode, urlsplit

import msgspec

from demo.people import Phone
from demo.vendors import Received
from demo.watcher import TIMEOUT_S, Api, ApiError

LINK = re.compile(r"https?://\S+/a/[\w.~-]+")
# Who it was, where a room's link asks.
SOMEBODY = "王维保"


class NoLink(Exception):
    """No letter with a link has come yet."""


class Letters:
    """The vendors at ``host`` and ``port``; ``phones``: whose the addresses are."""

    def __init__(self, host: str, port: int, phones: Sequence[Phone]) -> None:
        self._vendors, self._phones = Api(host, port), {phone.id: phone for phone in phones}

    def all(self) -> list[Received]:
        """Every letter, oldest first; raises :class:`ApiError`."""
        return msgspec.convert(self._vendors.ask("/received"), list[Received])

    def press(self, recipient: str, fault: str) -> str:
        """Open the link that ``recipient`` was sent about ``fault``, and press its button; who they are.

        Raises :class:`NoLink`, :class:`ApiError`.
        """
        phone = self._phones[recipient]
        own = (one for one in self.all() if (one.channel, one.to) in phone.at and fault in one.text)
        link = next((found[0] for one in own if (found := LINK.search(one.text))), None)
        if link is None:
            raise NoLink
        who = SOMEBODY if recipient.startswith("group:") else phone.name.zh
        _post(link, {"who": who})
        return who


def _post(link: str, form: dict[str, str]) -> None:
    where = urlsplit(link)
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        with closing(http.client.HTTPConnection(where.netloc, timeout=TIMEOUT_S)) as connection:
            connection.request("POST", where.path, urlencode(form), headers)
            status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise ApiError(f"the link in a letter: {error}") from error
    if status >= 400:
        raise ApiError(f"the link in a letter: HTTP {status}")
