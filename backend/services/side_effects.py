"""Every kind of side effect and the use case that performs it: one table for both dispatchers."""

from collections.abc import Mapping

from backend.services.outbox import Handler
from backend.services.treasury_intake import deliver

SIDE_EFFECTS: Mapping[str, Handler] = {"treasury.deliver": deliver}
