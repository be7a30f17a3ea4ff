"""Engines that outlive their databases.

An engine remembers the SQL it has compiled. A test gets a database of its own, but its statements are those of the test
before: compiling them anew took a seventh of the time of a use case's test.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event, make_url

from backend.models.engine import make_engine

_AT_REST: dict[str, list[Engine]] = defaultdict(list)


@contextmanager
def engine_at(url: str) -> Iterator[Engine]:
    """An engine of the product's own making for ``url``; nobody else has it meanwhile."""
    resting = _AT_REST[make_url(url).get_backend_name()]
    engine = resting.pop() if resting else _traveller(url)
    engine.url = make_url(url)
    try:
        yield engine
    finally:
        engine.dispose()
        resting.append(engine)


def _traveller(url: str) -> Engine:
    """An engine whose next connection goes to what its address says then."""
    engine = make_engine(url, pool_size=20)

    @event.listens_for(engine, "do_connect")
    def there(dialect: Any, record: Any, positional: list[Any], named: dict[str, Any]) -> None:
        place, more = dialect.create_connect_args(engine.url)
        positional[:] = place
        named.update(more)

    return engine
