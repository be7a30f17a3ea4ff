"""All promises in one go."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from backend.audit.acknowledged import approvals_are_kept, signed_files_are_kept
from backend.audit.batches import (
    batches_are_what_was_confirmed,
    codes_cover_digests_and_money,
    prompts_show_whole_requests,
)
from backend.audit.files import files_are_there, pages_say_what_rows_say, signatures_are_the_pinned_ones
from backend.audit.ground import BEGINNING, Breach, Breaches, Ground
from backend.audit.ledger import ca_tells_the_same
from backend.audit.people import different_people, different_signers
from backend.audit.rows import (
    endings_are_told_once,
    endings_stay,
    final_dossiers_rest,
    log_follows_the_route,
    one_signature_per_step,
    orphans_are_shown,
    signatures_fit_the_unit,
    signing_dossiers_have_a_request,
    signing_registrations_have_a_request,
)
from backend.audit.secrets import files_hold_no_secret, rows_hold_no_secret
from backend.audit.treasury import one_delivery
from backend.models.engine import make_engine

Check = Callable[[Ground], Breaches]


@dataclass(frozen=True, slots=True)
class Invariant:
    """One promise and what is looked at to believe it."""

    name: str
    claim: str
    checks: Sequence[Check]


INVARIANTS: Sequence[Invariant] = (
    Invariant(
        "I1",
        "every acknowledged approval is in the database, and once signed in a file",
        (approvals_are_kept, signed_files_are_kept, files_are_there),
    ),
    Invariant("I2", "at most one signature per dossier version and step", (one_signature_per_step,)),
    Invariant("I3", "each signature is by the certificate pinned to the person", (signatures_are_the_pinned_ones,)),
    Invariant(
        "I4",
        "signed = stored = seen, and the signature fits its bytes",
        (signatures_are_the_pinned_ones, batches_are_what_was_confirmed, codes_cover_digests_and_money),
    ),
    Invariant("I5", "one acceptance at the Treasury per final version", (one_delivery,)),
    Invariant(
        "I6",
        "every change of state is an edge of the route with its log row",
        (
            log_follows_the_route,
            signatures_fit_the_unit,
            signing_dossiers_have_a_request,
            signing_registrations_have_a_request,
        ),
    ),
    Invariant("I7", "the signed page says what the row says", (pages_say_what_rows_say,)),
    Invariant("I8", "maker and signers are different people", (different_people, different_signers)),
    Invariant("I9", "no secret rests anywhere", (rows_hold_no_secret, files_hold_no_secret)),
    Invariant("I10", "what has ended stays ended", (endings_stay, endings_are_told_once, final_dossiers_rest)),
    Invariant("I11", "late signatures are kept and shown, never embedded", (orphans_are_shown,)),
    Invariant("I12", "the CA's ledger tells the same story", (ca_tells_the_same, prompts_show_whole_requests)),
)
"""All twelve, as told in ``docs/reliability.md``."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an audit found."""

    breaches: list[Breach]
    looked: dict[str, int]
    """How many things were looked at, by invariant."""


def audit(database_url: str, blob_dir: Path, intake_dir: Path, *witnesses: Any, **more: Any) -> list[Breach]:
    """Every broken promise of one installation. Arguments as those of ``report``."""
    return report(database_url, blob_dir, intake_dir, *witnesses, **more).breaches


def report(
    database_url: str,
    blob_dir: Path,
    intake_dir: Path,
    ledger: dict[str, list[dict[str, Any]]] | None = None,
    *,
    ledger_is_ours: bool = False,
    secrets: Sequence[str] = (),
    folders: Sequence[Path] = (),
    since: datetime = BEGINNING,
) -> Report:
    """Look at everything, in one snapshot of the database that cannot be written to; may run beside the living
    service. The meaning of each argument stands at ``Ground``.
    """
    # A check that serves two promises is made once.
    checks = dict.fromkeys(check for each in INVARIANTS for check in each.checks)
    with snapshot(database_url) as session:
        ground = Ground(session, blob_dir, intake_dir, ledger, ledger_is_ours, secrets, folders, since)
        with closing(ground.scratch):
            found = [breach for check in checks for breach in check(ground)]
    return Report(found, {each.name: ground.looked[each.name] for each in INVARIANTS})


@contextmanager
def snapshot(database_url: str) -> Iterator[Session]:
    """A session that sees one moment and cannot write."""
    engine = make_engine(database_url, pool_size=1)
    sqlite = engine.dialect.name == "sqlite"
    options = (
        {"isolation_level": "SERIALIZABLE"}
        if sqlite
        else {
            "isolation_level": "REPEATABLE READ",
            "postgresql_readonly": True,
        }
    )
    try:
        with engine.connect().execution_options(**options) as connection, Session(connection) as session:
            # Between two portions a PDF may take its time.
            patience = "PRAGMA query_only = ON" if sqlite else "SET LOCAL idle_in_transaction_session_timeout = 0"
            session.execute(text(patience))
            yield session
    finally:
        engine.dispose()
