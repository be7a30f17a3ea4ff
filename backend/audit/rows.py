"""Promises that the tables alone can keep or break: I2, I6, I10, I11."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby, pairwise
from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import selectinload

from backend.audit.ground import Breach, Breaches, Ground
from backend.domain.units import UnitKind, has_second_signature
from backend.domain.voucher import CREATION, ONE_SIGNATURE_ROUTE, ROUTE, Action, Route, Status
from backend.models import (
    Document,
    Dossier,
    DossierLog,
    Registration,
    RegistrationLog,
    SigningDocument,
    SigningTransaction,
    Unit,
)

_LIVE = {"prepared", "sending", "waiting", "unknown", "collected", "embedded"}
_CLOSED = {"settled", "rejected", "failed", "orphan"}
_UNSIGNED = {"rejected", "expired", "failed", "cancelled"}
_SIGNING_STEP = {"signing_chief_accountant": "chief_accountant", "signing_account_holder": "account_holder"}
_FINAL = {str(status) for status in Status} - {str(status) for status, _ in ROUTE}


def one_signature_per_step(ground: Ground) -> Breaches:
    """I2: at most one settled and one live request per content version and step; no signature value used twice; no
    signed file that no settled request made.
    """
    step = (SigningTransaction.subject_id, SigningTransaction.subject_version, SigningTransaction.step)
    for name, states in (("settled", {"settled"}), ("open", _LIVE)):
        times = func.count()
        found = select(*step, times).where(SigningTransaction.status.in_(states)).group_by(*step)
        for subject, version, which, number in ground.stream(found):
            ground.looked["I2"] += 1
            if number > 1:
                yield Breach("I2", f"dossier {subject}", f"{number} {name} requests at {which} of version {version}")
    used = (
        select(func.min(SigningTransaction.id), func.count())
        .join(SigningDocument, SigningDocument.transaction_id == SigningTransaction.id)
        .where(SigningTransaction.status == "settled", SigningDocument.signature.is_not(None))
        .group_by(SigningDocument.signature)
        .having(func.count() > 1)
    )
    for id_, number in ground.stream(used):
        yield Breach("I2", f"signing {id_}", f"its signature value stands in {number} settled documents")
    made = (
        exists()
        .where(SigningDocument.signed_sha256 == Document.sha256)
        .where(SigningTransaction.id == SigningDocument.transaction_id, SigningTransaction.status == "settled")
    )
    for id_, revision in ground.stream(
        select(Document.id, Document.revision).where(Document.revision != "form", ~made)
    ):
        yield Breach("I2", f"document {id_}", f"a file with {revision} that no settled request has made")


def log_follows_the_route(ground: Ground) -> Breaches:
    """I6: numbered without gaps, times never back, every row an edge of the graph, the last one the present state."""
    rows = select(Dossier, DossierLog).outerjoin(DossierLog, DossierLog.dossier_id == Dossier.id)
    ordered = ground.stream(rows.order_by(Dossier.id, DossierLog.seq))
    for dossier, group in groupby(ordered, key=lambda row: row[0]):
        ground.looked["I6"] += 1
        yield from _one_log(dossier, [log for _, log in group if log is not None])


def _one_log(dossier: Dossier, log: Sequence[DossierLog]) -> Breaches:
    where = f"dossier {dossier.id}"
    if [row.seq for row in log] != list(range(1, len(log) + 1)) or not log:
        yield Breach("I6", where, "the log has gaps or is empty")
        return
    if (log[0].from_status, log[0].action, log[0].to_status) != (None, Action.CREATE, CREATION.to):
        yield Breach("I6", where, "the log does not begin with the creation")
    route: Route = ROUTE
    for before, after in pairwise(log):
        if after.action == Action.SUBMIT:
            # Each sending goes by the kind the unit was of at that moment.
            route = ONE_SIGNATURE_ROUTE if after.to_status == Status.AWAITING_ACCOUNT_HOLDER else ROUTE
        if after.from_status != before.to_status or after.at < before.at:
            yield Breach("I6", where, f"row {after.seq} does not follow row {before.seq}")
        if not _is_edge(route, after):
            yield Breach("I6", where, f"row {after.seq} is no edge of the route")
    if log[-1].to_status != dossier.status:
        yield Breach("I6", where, "the state has moved without a row in the log")


def _is_edge(route: Route, row: DossierLog) -> bool:
    edge = route.get((Status(row.from_status), Action(row.action))) if row.from_status else None
    return _is_late(row) or (edge is not None and edge.to == row.to_status)


def _is_late(row: DossierLog) -> bool:
    return row.action == Action.SIGN_FAILED and row.from_status == row.to_status and row.signing_id is not None


def signatures_fit_the_unit(ground: Ground) -> Breaches:
    """I6: inside a unit a dossier goes by way of a chief accountant exactly where the unit has a second signature, and
    no file carries fewer signatures than the way it went.
    """
    inside = {"awaiting_chief_accountant", *_SIGNING_STEP, "awaiting_account_holder"}
    waiting = select(Dossier.id, Dossier.chief_id, Unit.unit_kind).join(Unit, Unit.id == Dossier.unit_id)
    for id_, chief, kind in ground.stream(waiting.where(Dossier.status.in_(inside))):
        if (chief is not None) is not has_second_signature(UnitKind(kind)):
            yield Breach("I6", f"dossier {id_}", "it goes by another route than that of its unit")
    signed = (
        select(Document.id, Document.revision)
        .join(Dossier, Dossier.id == Document.dossier_id)
        .where(Document.content_version == Dossier.content_version, Document.revision != "form")
    )
    alone, without_chief = Document.revision == "first_signature", Dossier.chief_id.is_(None)
    for id_, revision in ground.stream(signed.where(or_(and_(alone, ~without_chief), and_(~alone, without_chief)))):
        yield Breach("I6", f"document {id_}", f"a file with {revision} is not of the way its dossier went")


def signing_dossiers_have_a_request(ground: Ground) -> Breaches:
    """I6: a dossier waits for a CA exactly while a request of that step is open; neither is without the other."""
    opened = and_(
        SigningTransaction.subject_id == Dossier.id,
        SigningTransaction.subject_version == Dossier.content_version,
        SigningTransaction.status.in_(_LIVE),
    )
    waiting = select(Dossier.id, Dossier.status).where(Dossier.status.in_(_SIGNING_STEP))
    asked = or_(
        *(and_(Dossier.status == status, SigningTransaction.step == step) for status, step in _SIGNING_STEP.items())
    )
    for id_, status in ground.stream(waiting.where(~exists().where(opened, asked))):
        yield Breach("I6", f"dossier {id_}", f"it is {status}, and nobody is asked")
    astray = (
        select(SigningTransaction.id, Dossier.status)
        .join(Dossier, Dossier.id == SigningTransaction.subject_id)
        .where(SigningTransaction.status.in_(_LIVE), ~and_(opened, asked))
    )
    for id_, status in ground.stream(astray):
        yield Breach("I6", f"signing {id_}", f"it is open, and its dossier is {status}")


def signing_registrations_have_a_request(ground: Ground) -> Breaches:
    """I6: the same for the declarations of a registration."""
    opened = and_(
        SigningTransaction.subject_id == Registration.id,
        SigningTransaction.subject_version == Registration.content_version,
        SigningTransaction.status.in_(_LIVE),
    )
    waiting = select(Registration.id).where(Registration.stage == "signing", ~exists().where(opened))
    for (id_,) in ground.stream(waiting):
        yield Breach("I6", f"registration {id_}", "it waits for a signature, and nobody is asked")
    astray = (
        select(SigningTransaction.id, Registration.stage)
        .join(Registration, Registration.id == SigningTransaction.subject_id)
        .where(SigningTransaction.status.in_(_LIVE), ~and_(opened, Registration.stage == "signing"))
    )
    for id_, stage in ground.stream(astray):
        yield Breach("I6", f"signing {id_}", f"it is open, and its registration is {stage}")


def endings_stay(ground: Ground) -> Breaches:
    """I10: what has ended has its moment, no owner, nothing to do, and no token of the CA."""
    ended = select(SigningTransaction).where(SigningTransaction.status.in_(_CLOSED))
    for (row,) in ground.stream(ended):
        ground.looked["I10"] += 1
        if row.ended_at is None or row.owner is not None or row.next_at is not None or row.sealed_session is not None:
            yield Breach("I10", f"signing {row.id}", f"{row.status}, and yet something is left to do")


def endings_are_told_once(ground: Ground) -> Breaches:
    """I10: the log tells the one ending that the request has: *signed* once, or *not signed* once."""
    for id_, status, signed, released in ground.stream(_endings()):
        ground.looked["I10"] += 1
        expected = {"settled": (1, 0), "orphan": (0, min(released, 1))}.get(status, (0, int(status in _UNSIGNED)))
        if (signed, released) != expected:
            told = f"the log tells {signed} times of a signature and {released} times of none"
            yield Breach("I10", f"signing {id_}", f"{status}, and yet {told}")


def _endings() -> Select[*tuple[Any, ...]]:
    signed = func.count().filter(DossierLog.action == "signed")
    released = func.count().filter(DossierLog.action == "sign_failed", DossierLog.from_status != DossierLog.to_status)
    return (
        select(SigningTransaction.id, SigningTransaction.status, signed, released)
        .outerjoin(DossierLog, DossierLog.signing_id == SigningTransaction.id)
        .where(SigningTransaction.subject_kind == "payment")
        .group_by(SigningTransaction.id, SigningTransaction.status)
    )


def final_dossiers_rest(ground: Ground) -> Breaches:
    """I10: nothing ever left a final state."""
    left = select(DossierLog.dossier_id, DossierLog.seq, DossierLog.from_status).where(
        DossierLog.from_status.in_(_FINAL), DossierLog.to_status != DossierLog.from_status
    )
    for id_, seq, status in ground.stream(left):
        yield Breach("I10", f"dossier {id_}", f"row {seq} of the log leaves the final state {status}")


def orphans_are_shown(ground: Ground) -> Breaches:
    """I11: a late signature is kept, stands in the dossier's log, and is in no file."""
    orphans = (
        select(SigningTransaction)
        .where(SigningTransaction.status == "orphan")
        .options(selectinload(SigningTransaction.documents))
    )
    for (row,) in ground.stream(orphans):
        ground.looked["I11"] += 1
        yield from _one_orphan(ground, row)


def _one_orphan(ground: Ground, row: SigningTransaction) -> Breaches:
    where = f"signing {row.id}"
    if not all(document.signature for document in row.documents):
        yield Breach("I11", where, "the late signature was not kept")
    names = [document.signed_sha256 for document in row.documents if document.signed_sha256]
    if ground.session.scalars(select(Document.id).where(Document.sha256.in_(names)).limit(1)).first():
        yield Breach("I11", where, "the late signature stands in a file of the dossier")
    shown = _shown_late(row)
    if ground.session.scalars(shown.limit(1)).first() is None:
        yield Breach("I11", where, "nobody was shown the late signature")


def _shown_late(row: SigningTransaction) -> Select[str]:
    """Rows of the log that tell of the late signature; a registration's log names no request."""
    if row.subject_kind == "payment":
        return select(DossierLog.id).where(DossierLog.signing_id == row.id, DossierLog.action == "sign_failed")
    return select(RegistrationLog.id).where(
        RegistrationLog.registration_id == row.subject_id,
        RegistrationLog.move == "sign_failed",
        RegistrationLog.at >= row.created_at,
    )
