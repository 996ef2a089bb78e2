"""GStreamer's RTSP server with one file: ``PYTHON rtsp_server.py PORT FILE``, by the operating system's own Python.

The file (Matroska, H.264) is served at ``rtsp://127.0.0.1:PORT/camera``, to each viewer from its beginning.
"""

import sys

import gi  # type: ignore[import-not-found]  # of the operating system (apt: python3-gi), not of our environment

gi.require_version("Gst", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtspServer  # type: ignore[import-not-found]  # noqa: E402  # as gi asks it; as above


def main(port: str, file: str) -> None:
    """Serve until killed."""
    Gst.init(None)
    server = GstRtspServer.RTSPServer()
    server.set_address("127.0.0.1")
    server.set_service(port)
    factory = GstRtspServer.RTSPMediaFactory()
    factory.set_launch(f"( filesrc location={file} ! matroskademux ! h264parse ! rtph264pay name=pay0 pt=96 )")
    server.get_mount_points().add_factory("/camera", factory)
    if not server.attach(None):
        sys.exit(f"port {port} is taken")
    GLib.MainLoop().run()


if __name__ == "__main__":
    main(*sys.argv[1:])
