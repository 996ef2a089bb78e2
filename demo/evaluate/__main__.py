"""``python -m demo.evaluate``."""

from demo.evaluate.main import main

raise SystemExit(main())
