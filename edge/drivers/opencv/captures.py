"""What can be read like a cv2.VideoCapture, and is none: folders of pictures, and the Pi's own camera (CSI)."""

import importlib
from pathlib import Path
from typing import Any, Protocol

import cv2
from cv2.typing import MatLike

PICTURES = frozenset({".jpg", ".jpeg", ".png", ".bmp", ".webp"})
FOLDER_FPS, CSI_FPS = 1.0, 5.0
CSI_SIZE = (1280, 720)


class Capture(Protocol):
    """The part of a cv2.VideoCapture that is used."""

    def isOpened(self) -> bool:  # noqa: N802  # OpenCV's name
        """Whether there is anything to read."""
        ...

    def grab(self) -> bool:
        """Take the next picture in; whether there was one."""
        ...

    def retrieve(self) -> tuple[bool, MatLike | None]:
        """The picture that was taken in."""
        ...

    def get(self, propId: int, /) -> float:  # noqa: N803  # OpenCV's name
        """CAP_PROP_FPS."""
        ...

    def release(self) -> None:
        """Let go."""
        ...


class Folder:
    """Pictures by name, one a second, such as a camera's snapshots by FTP."""

    def __init__(self, folder: Path) -> None:
        self._files = sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURES)
        self._next = 0

    def isOpened(self) -> bool:  # noqa: N802  # OpenCV's name
        """Whether it holds any."""
        return bool(self._files)

    def grab(self) -> bool:
        """The next one."""
        self._next += 1
        return self._next <= len(self._files)

    def retrieve(self) -> tuple[bool, MatLike | None]:
        """Read from the card."""
        image = cv2.imread(str(self._files[self._next - 1]))
        return image is not None, image

    def get(self, _property: int, /) -> float:
        """One picture a second."""
        return FOLDER_FPS

    def release(self) -> None:
        """Nothing is held."""


class Csi:
    """The camera on a Pi's ribbon cable, by Picamera2, which comes with Raspberry Pi OS (apt: python3-picamera2)."""

    def __init__(self, number: int) -> None:
        try:
            made: Any = importlib.import_module("picamera2").Picamera2(number)
            made.configure(made.create_video_configuration(main={"format": "RGB888", "size": CSI_SIZE}))
            made.start()
        except (ImportError, RuntimeError, IndexError, OSError):
            made = None
        self._camera = made
        self._image: MatLike | None = None

    def isOpened(self) -> bool:  # noqa: N802  # OpenCV's name
        """Whether there is such a camera, and the library."""
        return self._camera is not None

    def grab(self) -> bool:
        """The next picture; what libcamera calls RGB888 is BGR in memory."""
        self._image = self._camera.capture_array("main")
        return self._image is not None

    def retrieve(self) -> tuple[bool, MatLike | None]:
        """The picture that was taken in."""
        return self._image is not None, self._image

    def get(self, _property: int, /) -> float:
        """It is asked as fast as it gives."""
        return CSI_FPS

    def release(self) -> None:
        """Let others have it."""
        if self._camera is not None:
            self._camera.stop()
            self._camera.close()
