"""Cameras: RTSP streams by a client of our own, whose keys OpenCV decodes; files, folders, USB and CSI.

FFmpeg's own settings go by the environment and count from the first open on, so they are set here, before cv2 is
imported.
"""

import ctypes
import os

for _name, _value in {
    # Without it one camera that never answers holds the lock that every other open() waits for.
    "OPENCV_FFMPEG_IS_THREAD_SAFE": "1",
    "OPENCV_LOG_LEVEL": "ERROR",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
}.items():
    os.environ.setdefault(_name, _value)

# Each thread has a heap of its own in glibc, and each heap keeps what the largest picture took: 8-17 MiB a camera,
# 3 with two heaps for all. Other C libraries know no such call.
_ARENA_MAX, _ARENAS = -8, 2
if hasattr(ctypes.CDLL(None), "mallopt"):
    ctypes.CDLL(None).mallopt(_ARENA_MAX, _ARENAS)
