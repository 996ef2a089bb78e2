"""``python -m edge.evaluate``."""

from edge.evaluate.main import main

raise SystemExit(main())
