"""``python -m firmware_config``: check inventories, write their JSON schema."""

import sys

from firmware_config.main import main

sys.exit(main())
