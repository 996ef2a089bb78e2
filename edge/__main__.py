"""``python -m edge --config FILE [--check]``."""

import sys

from edge.main import main

sys.exit(main())
