"""``python -m gateway.dry_run``."""

from gateway.dry_run.main import main

raise SystemExit(main())
