"""Cameras through cv2.VideoCapture: RTSP streams, video and picture files, USB.

FFmpeg's own settings go by the environment and count from the first open on, so they are set here, before cv2 is
imported.
"""

import os

for _name, _value in {
    # Without it one camera that never answers holds the lock that every other open() waits for.
    "OPENCV_FFMPEG_IS_THREAD_SAFE": "1",
    "OPENCV_LOG_LEVEL": "ERROR",
    "OPENCV_FFMPEG_LOGLEVEL": "-8",
    # Replaces the defaults, so tcp is named again. Probing the rate takes 20 frames: 4 s at 5 fps.
    "OPENCV_FFMPEG_CAPTURE_OPTIONS": "rtsp_transport;tcp|fpsprobesize;0",
}.items():
    os.environ.setdefault(_name, _value)
