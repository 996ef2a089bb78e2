"""For whoever stands at the pole: what the node would report of a camera (``python -m edge.check_camera --help``)."""
