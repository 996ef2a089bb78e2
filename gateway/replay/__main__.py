"""``python -m gateway.replay``."""

from gateway.replay.main import main

raise SystemExit(main())
