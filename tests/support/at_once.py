"""People who act at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any

from backend.domain.errors import RuleError


def at_once(acts: Sequence[Callable[[], Any]]) -> tuple[list[Any], list[RuleError]]:
    """All in threads of their own, let go together: what they answered, and what they were refused with."""
    gate, won, lost = threading.Barrier(len(acts)), [], []

    def run(act: Callable[[], Any]) -> None:
        gate.wait()
        try:
            won.append(act())
        except RuleError as error:
            lost.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return won, lost
