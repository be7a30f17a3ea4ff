"""I5: the Treasury accepted every final version once, and exactly the files with every signature of the unit."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select

from backend.audit.ground import Breach, Breaches, Ground
from backend.models import Document, Dossier

_SIGNED = ("both_signatures", "first_signature")
_DELIVERED = ("received", "controlling", "awaiting_treasury_approval", "paid")


def one_delivery(ground: Ground) -> Breaches:
    """One acknowledged delivery per final version, of exactly the files with every signature."""
    ground.scratch.execute("CREATE TABLE receipt (number TEXT, code TEXT, files TEXT)")
    for each in ground.receipts():
        ground.looked["I5"] += 1
        files = sorted(each["files"].values())
        row = (each["number"], each["dossier_code"], json.dumps(files))
        ground.scratch.execute("INSERT INTO receipt VALUES (?, ?, ?)", row)
        if not _signed_for(ground, each["dossier_code"], files):
            yield Breach("I5", f"receipt {each['number']}", "the Treasury holds files that were not signed by all here")
    twice = "SELECT code, count(*) FROM receipt GROUP BY code, files HAVING count(*) > 1"
    for code, times in ground.scratch.execute(twice):
        yield Breach("I5", f"dossier {code}", f"the same version was delivered {times} times")
    ground.scratch.execute("CREATE INDEX receipt_number ON receipt (number)")
    yield from _known(ground)


def _signed_for(ground: Ground, code: str, files: Sequence[str]) -> bool:
    signed = (
        select(Document.sha256)
        .join(Dossier, Dossier.id == Document.dossier_id)
        .where(Dossier.code == code, Document.revision.in_(_SIGNED), Document.sha256.in_(files))
    )
    return set(files) == set(ground.session.scalars(signed))


def _known(ground: Ground) -> Breaches:
    promised = select(Dossier).where(Dossier.receipt_no.is_not(None) | Dossier.status.in_(_DELIVERED))
    for (dossier,) in ground.stream(promised):
        ground.looked["I5"] += 1
        where = f"dossier {dossier.id}"
        if dossier.receipt_no is None:
            yield Breach("I5", where, "an officer has received it without a receipt")
            continue
        receipt = _receipt(ground, dossier.receipt_no)
        if receipt is None:
            yield Breach("I5", where, "the Treasury does not know its receipt")
        elif receipt["files"] != sorted(_final_files(ground, dossier)):
            yield Breach("I5", where, "other files were delivered than were signed")


def _receipt(ground: Ground, number: str) -> Mapping[str, Any] | None:
    found = ground.scratch.execute("SELECT files FROM receipt WHERE number = ?", (number,)).fetchone()
    return None if found is None else {"files": json.loads(found[0])}


def _final_files(ground: Ground, dossier: Dossier) -> Sequence[str]:
    return ground.session.scalars(
        select(Document.sha256).where(
            Document.dossier_id == dossier.id,
            Document.content_version == dossier.content_version,
            Document.revision.in_(_SIGNED),
        )
    ).all()
