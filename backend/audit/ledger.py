"""I12: what the CA says it was asked and signed, held against our rows. Needs the CA's own ledger (the sandbox
has one).
"""

from __future__ import annotations

from base64 import b64encode
from collections import Counter

from sqlalchemy import select

from backend.audit.ground import Breach, Breaches, Ground
from backend.models import SigningDocument, SigningTransaction


def ca_tells_the_same(ground: Ground) -> Breaches:
    """At most one prompt per request of ours, every settled signature prompted for and made by the CA."""
    if ground.ledger is None:
        return
    prompted = Counter(digest for entry in ground.ledger["prompts"] for digest in entry["digests"])
    signed = Counter(entry["digest"] for entry in ground.ledger["signatures"])
    asked: Counter[str] = Counter()
    settled: Counter[str] = Counter()
    rows = ground.session.execute(
        select(SigningDocument.digest, SigningTransaction.status).join(
            SigningTransaction, SigningTransaction.id == SigningDocument.transaction_id
        )
    )
    for raw, status in rows:
        mark = b64encode(raw).decode()
        asked[mark] += 1
        settled[mark] += status == "settled"
    for digest, times in asked.items():
        where = f"digest {digest[:12]}"
        if prompted[digest] > times:
            yield Breach("I12", where, f"{prompted[digest]} prompts for {times} requests")
        if settled[digest] > min(signed[digest], prompted[digest], 1):
            yield Breach("I12", where, "settled without, or more often than, the CA prompted and signed")
