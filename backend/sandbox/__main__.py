"""``python -m backend.sandbox``: start the sandbox CA, or say in one line why not."""

from __future__ import annotations

import os
import sys

from .settings import RefusesToStart, from_env


def main() -> int:
    try:
        settings = from_env(os.environ)
    except RefusesToStart as error:
        print(f"sandbox refuses to start: {error}", file=sys.stderr)
        return 2
    from .server import Server  # after the refusal, which must not depend on anything else

    Server(settings).run()
    return 0


if __name__ == "__main__":
    sys.exit(main())
