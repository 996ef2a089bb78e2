"""``python -m edge.check_camera``."""

import sys

from edge.check_camera.main import main

sys.exit(main())
