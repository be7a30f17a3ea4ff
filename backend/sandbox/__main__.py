"""``python -m backend.sandbox``: start the sandbox CA, or say in one line why not."""

from __future__ import annotations

import os
import sys

from .settings import RefusesToStart, from_env


def main() -> int:
    try:
        settings = from_env(os.environ)
        # Imported only now: the refusal to run in production must not depend on anything else.
        from .bench import BadProfile, check
        from .server import Server
    except RefusesToStart as error:
        return _refuse(error)
    try:
        check(settings)
    except (RefusesToStart, BadProfile) as error:
        return _refuse(error)
    Server(settings).run()
    return 0


def _refuse(error: Exception) -> int:
    print(f"sandbox refuses to start: {error}", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
