"""``python -m dashboard_api``."""

import sys

from dashboard_api.main import main

sys.exit(main())
