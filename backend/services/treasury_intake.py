"""The Treasury's end: the signed files delivered exactly once (S12), and the officer who receives the dossier (P15)."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

import structlog
from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.domain.errors import NotAllowedNow
from backend.domain.signing import Verdict
from backend.domain.voucher import Action, Status
from backend.models import Dossier
from backend.services.caller import Caller
from backend.services.documents import expected_on
from backend.services.dossier_view import dossier_view
from backend.services.house import House
from backend.services.route import move, tell_everybody
from backend.services.scope import dossier_for
from backend.services.sign.payment import signed_documents

log = structlog.get_logger(__name__)


class NotDeliverable(RuntimeError):
    """A signed file no longer passes our own check. Recover: an operator looks; nothing was delivered."""


def deliver(house: House, payload: Mapping[str, object]) -> None:
    """Hand the signed files of a dossier to its office. May be repeated: the office gives the same receipt for the same
    key.
    """
    with house.read() as session:
        dossier = session.get_one(Dossier, str(payload["dossier_id"]))
        wanted = dossier.content_version == payload["version"] and Status(dossier.status) is Status.SUBMITTED
        if not wanted or dossier.receipt_no is not None:
            return
        documents = signed_documents(session, dossier)
        files = [(row.filename, house.blobs.get(row.sha256)) for row in documents]
        expected = [expected_on(session, row) for row in documents]
        office, code = dossier.treasury_code, dossier.code
    for (_, pdf), signers in zip(files, expected, strict=True):
        if house.checker.check(pdf, signers).verdict is not Verdict.VALID:
            raise NotDeliverable(str(payload["dossier_id"]))
    key = sha256("|".join([code, *(sha256(pdf).hexdigest() for _, pdf in files)]).encode()).hexdigest()
    house.failpoint("S12.before_delivery")
    receipt = house.treasury.deliver(key, office, code, files)
    house.failpoint("S12.delivered")
    _keep_receipt(house, str(payload["dossier_id"]), receipt)
    house.failpoint("S12.receipt_committed")


def _keep_receipt(house: House, dossier_id: str, receipt: str) -> None:
    with house.begin() as session:
        session.execute(
            update(Dossier).where(Dossier.id == dossier_id, Dossier.receipt_no.is_(None)).values(receipt_no=receipt)
        )
        tell_everybody(session, house.clock.now(), session.get_one(Dossier, dossier_id))
        house.failpoint("S12.before_receipt_commit")
    log.info("treasury.delivered", dossier_id=dossier_id)


def receive(
    session: Session, house: House, caller: Caller, dossier_id: str, expected_version: int
) -> dict[str, object]:
    """The officer takes the dossier in; only when every file still carries exactly the expected signatures."""
    dossier = dossier_for(session, caller, dossier_id)
    for row in signed_documents(session, dossier):
        verdict = house.checker.check(house.blobs.get(row.sha256), expected_on(session, row)).verdict
        if verdict is not Verdict.VALID:
            raise NotAllowedNow(f"signatures {verdict}")
    move(
        session,
        house,
        dossier,
        Action.RECEIVE,
        caller,
        expected_version=expected_version,
        number=dossier.receipt_no or "",
        received_by=caller.user_id,
        received_at=house.clock.now(),
    )
    return dossier_view(session, house, caller, dossier_id)
