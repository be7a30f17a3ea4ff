"""Promises about lists that were confirmed as one, and about the code people compare: I4 and I12.

The code is computed here a second time, from the description in ``docs/reliability.md``, not with the service's hand.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import groupby, pairwise

from sqlalchemy import func, select

from backend.audit.ground import Breach, Breaches, Ground
from backend.models import SigningBatch, SigningDocument, SigningTransaction

_UNDECIDED = {"prepared", "sending", "waiting", "unknown"}
_PROMPT = func.coalesce(SigningTransaction.leader_id, SigningTransaction.id)
"""What one prompt is known by: its leader, or the request itself."""


def batches_are_what_was_confirmed(ground: Ground) -> Breaches:
    """I4: dossiers, order, versions, amounts and files of a batch are those of the list that was shown."""
    for (batch,) in ground.stream(select(SigningBatch)):
        ground.looked["I4"] += 1
        where = f"batch {batch.id}"
        text = json.dumps(batch.frozen, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        if sha256(text.encode()).hexdigest() != batch.list_digest:
            yield Breach("I4", where, "the kept list is not the one that was confirmed")
        rows = _rows(ground, batch)
        if [_line(row) for row in rows] != [_shown(item) for item in batch.frozen["items"]]:
            yield Breach("I4", where, "the requests are not those of the confirmed list")
        if batch.total_amount != sum(row.total_amount for row in rows):
            yield Breach("I4", where, "the confirmed total is another")
        yield from _chunks(where, rows)


def _rows(ground: Ground, batch: SigningBatch) -> Sequence[SigningTransaction]:
    return ground.session.scalars(
        select(SigningTransaction).where(SigningTransaction.batch_id == batch.id).order_by(SigningTransaction.place)
    ).all()


def _line(row: SigningTransaction) -> tuple[object, ...]:
    documents = [(each.document_id, each.seen_sha256, each.money) for each in row.documents]
    return (row.subject_id, row.subject_version, row.step, row.total_amount, row.next_approver_id, documents)


def _shown(item: dict[str, object]) -> tuple[object, ...]:
    documents = [(each["id"], each["sha256"], each["money"]) for each in item["documents"]]  # type: ignore[attr-defined]
    names = ("dossier_id", "content_version", "step", "amount", "next_approver_id")
    return (*(item[name] for name in names), documents)


def _chunks(where: str, rows: Sequence[SigningTransaction]) -> Breaches:
    """The rows of one prompt wait together, and prompts are asked one after the other."""
    chunks = [list(some) for _, some in groupby(rows, key=lambda row: row.chunk)]
    for chunk in chunks:
        states = {row.status for row in chunk}
        if states & _UNDECIDED and len(states) > 1:
            yield Breach("I4", where, f"one prompt, and its dossiers stand at {', '.join(sorted(states))}")
        if [row.leader_id for row in chunk] != [None] + [chunk[0].id] * (len(chunk) - 1):
            yield Breach("I12", where, "not exactly one request of a prompt speaks with the CA")
    for before, after in pairwise(chunks):
        if after[0].sent_at is not None and not all(each.signature for row in before for each in row.documents):
            yield Breach("I12", where, "a prompt was sent although the one before it was not signed")


def codes_cover_digests_and_money(ground: Ground) -> Breaches:
    """I4: the code that was compared is that of the stored digests and money fields."""
    stored = (
        select(_PROMPT, SigningTransaction.comparison_code, SigningDocument.digest, SigningDocument.money)
        .join(SigningDocument, SigningDocument.transaction_id == SigningTransaction.id)
        .order_by(_PROMPT, SigningTransaction.place, SigningDocument.position)
    )
    for prompt, rows in groupby(ground.stream(stored), key=lambda row: row[0]):
        ground.looked["I4"] += 1
        state, told = sha256(b"ky-kho-bac/2"), set()
        for _, code, digest, money in rows:
            state.update(digest + f"|{money}\n".encode())
            told.add(code)
        if told != {f"{int.from_bytes(state.digest()[:8]) % 10**8:08d}"}:
            yield Breach("I4", f"signing {prompt}", "the comparison code is not that of the stored digests and amounts")


def prompts_show_whole_requests(ground: Ground) -> Breaches:
    """I12: whatever of ours a prompt at the CA shows, it shows all documents of one request and nothing besides."""
    if ground.ledger is None:
        return
    scratch = ground.scratch
    scratch.execute("CREATE TABLE request_of (prompt TEXT, digest TEXT)")
    stored = select(_PROMPT, SigningDocument.digest).join(
        SigningDocument, SigningDocument.transaction_id == SigningTransaction.id
    )
    ours = ((prompt, b64encode(digest).decode()) for prompt, digest in ground.stream(stored))
    scratch.executemany("INSERT INTO request_of VALUES (?, ?)", ours)
    scratch.executescript(
        "CREATE INDEX request_digest ON request_of (digest); CREATE INDEX request_prompt ON request_of (prompt);"
    )
    for entry in ground.ledger["prompts"]:
        requests = list(_requests(ground, entry["digests"]))
        ground.looked["I12"] += bool(requests)
        if requests and set(entry["digests"]) not in requests:
            yield Breach("I12", f"prompt {entry['transaction']}", "it shows other documents than one request of ours")


def _requests(ground: Ground, digests: Sequence[str]) -> Iterator[set[str]]:
    """The digests of every request of ours that has one of these documents."""
    seen = set()
    for digest in digests:
        for (prompt,) in ground.scratch.execute("SELECT prompt FROM request_of WHERE digest = ?", (digest,)).fetchall():
            if prompt not in seen:
                seen.add(prompt)
                rows = ground.scratch.execute("SELECT digest FROM request_of WHERE prompt = ?", (prompt,))
                yield {row[0] for row in rows}
