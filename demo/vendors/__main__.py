"""``python -m demo.vendors``."""

import sys

from demo.vendors.main import main

if __name__ == "__main__":
    sys.exit(main())
