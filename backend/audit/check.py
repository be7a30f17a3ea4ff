"""All promises in one go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from backend.audit.files import (
    files_are_there,
    one_delivery,
    pages_say_what_rows_say,
    signatures_are_the_pinned_ones,
)
from backend.audit.ground import Breach, Breaches, Ground
from backend.audit.ledger import ca_tells_the_same
from backend.audit.rows import (
    different_people,
    endings_stay,
    log_follows_the_route,
    one_signature_per_step,
    orphans_are_shown,
)
from backend.models.engine import make_engine

RULES: Sequence[Callable[[Ground], Breaches]] = (
    files_are_there,
    one_signature_per_step,
    signatures_are_the_pinned_ones,
    one_delivery,
    log_follows_the_route,
    pages_say_what_rows_say,
    different_people,
    endings_stay,
    orphans_are_shown,
    ca_tells_the_same,
)


def audit(
    database_url: str, blob_dir: Path, intake_dir: Path, ledger: dict[str, list[dict[str, Any]]] | None = None
) -> list[Breach]:
    """Every broken promise of one installation, in one snapshot of its database."""
    engine = make_engine(database_url, pool_size=1)
    isolation = "SERIALIZABLE" if engine.dialect.name == "sqlite" else "REPEATABLE READ"
    try:
        with (
            engine.connect().execution_options(isolation_level=isolation) as connection,
            Session(connection) as session,
        ):
            ground = Ground(session, blob_dir, intake_dir, ledger)
            return [breach for rule in RULES for breach in rule(ground)]
    finally:
        engine.dispose()
