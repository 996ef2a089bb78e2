"""``python -m demo.rtsp``."""

import sys

from demo.rtsp.main import main

sys.exit(main())
