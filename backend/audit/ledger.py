"""I12: what the CA says it was asked and signed, held against our rows. Needs the CA's own ledger (the sandbox
has one).
"""

from __future__ import annotations

from base64 import b64encode

from sqlalchemy import select

from backend.audit.ground import Breach, Breaches, Ground
from backend.models import SigningDocument, SigningTransaction

_TOLD = """
CREATE TABLE prompted (digest TEXT);
CREATE TABLE made (digest TEXT);
CREATE TABLE asked (digest TEXT, settled INTEGER);
"""
_COUNTED = """
SELECT digest, count(*), sum(settled),
       (SELECT count(*) FROM prompted WHERE prompted.digest = asked.digest),
       (SELECT count(*) FROM made WHERE made.digest = asked.digest)
  FROM asked GROUP BY digest
"""
_STRANGE = "SELECT DISTINCT digest FROM prompted WHERE digest NOT IN (SELECT digest FROM asked)"


def ca_tells_the_same(ground: Ground) -> Breaches:
    """At most one prompt per request of ours; every settled signature prompted for, made by the CA, and used once."""
    if ground.ledger is None:
        return
    _fill(ground, ground.ledger)
    for digest, asked, settled, prompted, made in ground.scratch.execute(_COUNTED):
        ground.looked["I12"] += 1
        where = f"digest {digest[:12]}"
        if prompted > asked:
            yield Breach("I12", where, f"{prompted} prompts for {asked} requests")
        if settled > min(prompted, made, 1):
            yield Breach("I12", where, "settled without, or more often than, the CA prompted and signed")
    if ground.ledger_is_ours:
        for (digest,) in ground.scratch.execute(_STRANGE):
            yield Breach("I12", f"digest {digest[:12]}", "the CA has prompted for something that we know nothing of")


def _fill(ground: Ground, ledger: dict[str, list[dict[str, object]]]) -> None:
    scratch = ground.scratch
    scratch.executescript(_TOLD)
    prompts = ((digest,) for entry in ledger["prompts"] for digest in entry["digests"])  # type: ignore[attr-defined]
    scratch.executemany("INSERT INTO prompted VALUES (?)", prompts)
    scratch.executemany("INSERT INTO made VALUES (?)", ((entry["digest"],) for entry in ledger["signatures"]))
    rows = ground.stream(
        select(SigningDocument.digest, SigningTransaction.status).join(
            SigningTransaction, SigningTransaction.id == SigningDocument.transaction_id
        )
    )
    ours = ((b64encode(digest).decode(), status == "settled") for digest, status in rows)
    scratch.executemany("INSERT INTO asked VALUES (?, ?)", ours)
    scratch.executescript(
        "".join(f"CREATE INDEX of_{name} ON {name} (digest);" for name in ("prompted", "made", "asked"))
    )
