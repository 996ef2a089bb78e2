"""Which logins were refused, kept on the card: a process that starts again and again must not lock an account."""

import hashlib
from pathlib import Path

import structlog

from edge import cardfile
from edge.drivers.opencv.login import Login

log = structlog.get_logger(__name__)
FOLDER = "logins"


class Refusal:
    """Whether one login stands refused: an empty file, there or not. ``file`` None: nothing is kept."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self.stands = file is not None and file.exists()

    @classmethod
    def at(cls, folder: Path, host: str, login: Login) -> "Refusal":
        """In ``folder``. Of the password no more goes into the name than shows that it was changed."""
        account = hashlib.sha256(f"{host.lower()}\0{login.user}".encode()).hexdigest()[:12]
        password = hashlib.sha256(f"{account}\0{login.password}".encode()).hexdigest()[:4]
        return cls(folder / FOLDER / f"{account}-{password}")

    def note(self, *, refused: bool) -> None:
        """What the newest answer was; never raises."""
        if self._file is None or refused == self.stands:
            return
        try:
            if refused:
                self._file.parent.mkdir(mode=0o700, exist_ok=True)
                cardfile.replace(self._file, b"")
            else:
                self._file.unlink(missing_ok=True)
        except OSError as error:
            log.warning("camera_refusal_not_kept", error=str(error))
            return
        self.stands = refused
