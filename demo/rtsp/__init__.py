"""An RTSP server that misbehaves on demand: the demo's cameras, and a test tool (``python -m demo.rtsp --help``)."""

from demo.rtsp.server import RtspServer

__all__ = ["RtspServer"]
