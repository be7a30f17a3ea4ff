"""Promises that the tables alone can keep or break: I2, I6, I8, I10, I11."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations, pairwise

from sqlalchemy import select

from backend.audit.ground import Breach, Breaches, Ground
from backend.domain.voucher import CREATION, ROUTE, Action, Status
from backend.models import Certificate, Document, Dossier, DossierLog, SigningDocument, SigningTransaction, User

_LIVE = {"prepared", "sending", "waiting", "unknown", "collected", "embedded"}
_CLOSED = {"settled", "rejected", "failed", "orphan"}


def one_signature_per_step(ground: Ground) -> Breaches:
    """I2: at most one settled and one live request per content version and step; no signature value used twice."""
    for state in ({"settled"}, _LIVE):
        steps = ground.session.execute(
            select(SigningTransaction.subject_id, SigningTransaction.subject_version, SigningTransaction.step).where(
                SigningTransaction.status.in_(state)
            )
        ).all()
        for (subject, version, step), times in Counter(map(tuple, steps)).items():
            if times > 1:
                yield Breach("I2", f"dossier {subject}", f"{times} {'/'.join(sorted(state))} at {step} of v{version}")
    used = ground.session.scalars(
        select(SigningDocument.signature)
        .join(SigningTransaction, SigningTransaction.id == SigningDocument.transaction_id)
        .where(SigningTransaction.status == "settled")
    ).all()
    for value, times in Counter(used).items():
        if times > 1 or value is None:
            yield Breach("I2", "signing_document", f"one signature value stands in {times} settled requests")


def log_follows_the_route(ground: Ground) -> Breaches:
    """I6: numbered without gaps, times never back, every row an edge of the graph, the last one the present state."""
    rows: dict[str, list[DossierLog]] = {}
    for row in ground.session.scalars(select(DossierLog).order_by(DossierLog.dossier_id, DossierLog.seq)):
        rows.setdefault(row.dossier_id, []).append(row)
    for dossier in ground.session.scalars(select(Dossier)):
        yield from _one_log(dossier, rows.get(dossier.id, []))


def _one_log(dossier: Dossier, log: Sequence[DossierLog]) -> Breaches:
    where = f"dossier {dossier.id}"
    if [row.seq for row in log] != list(range(1, len(log) + 1)) or not log:
        yield Breach("I6", where, "the log has gaps or is empty")
        return
    if (log[0].from_status, log[0].action, log[0].to_status) != (None, Action.CREATE, CREATION.to):
        yield Breach("I6", where, "the log does not begin with the creation")
    for before, after in pairwise(log):
        if after.from_status != before.to_status or after.at < before.at:
            yield Breach("I6", where, f"row {after.seq} does not follow row {before.seq}")
        if not _is_edge(after):
            yield Breach("I6", where, f"row {after.seq} is no edge of the route")
    if log[-1].to_status != dossier.status:
        yield Breach("I6", where, "the state has moved without a row in the log")


def _is_edge(row: DossierLog) -> bool:
    edge = ROUTE.get((Status(row.from_status), Action(row.action))) if row.from_status else None
    late = row.action == Action.SIGN_FAILED and row.from_status == row.to_status and row.signing_id is not None
    return late or (edge is not None and edge.to == row.to_status)


def different_people(ground: Ground) -> Breaches:
    """I8: maker, chief accountant and account holder of one dossier share no identity, certificate or CA account."""
    people = {user.id: user for user in ground.session.scalars(select(User))}
    marks = {
        row.user_id: {row.fingerprint, f"{row.provider}:{row.provider_login}"}
        for row in ground.session.scalars(select(Certificate).where(Certificate.active))
    }
    for dossier in ground.session.scalars(select(Dossier)):
        hands = [each for each in (dossier.maker_id, dossier.chief_id, dossier.holder_id) if each]
        for one, other in combinations(hands, 2):
            same = one == other or people[one].identity_key == people[other].identity_key
            if same or marks.get(one, set()) & marks.get(other, set()):
                yield Breach("I8", f"dossier {dossier.id}", "two steps belong to one person")


def endings_stay(ground: Ground) -> Breaches:
    """I10: what has ended has its moment, no owner, nothing to do, and no token of the CA."""
    for row in ground.session.scalars(select(SigningTransaction).where(SigningTransaction.status.in_(_CLOSED))):
        if row.ended_at is None or row.owner is not None or row.next_at is not None or row.sealed_session is not None:
            yield Breach("I10", f"signing {row.id}", f"{row.status}, and yet something is left to do")


def orphans_are_shown(ground: Ground) -> Breaches:
    """I11: a late signature is kept, stands in the dossier's log, and is in no file."""
    files = set(ground.session.scalars(select(Document.sha256)))
    for row in ground.session.scalars(select(SigningTransaction).where(SigningTransaction.status == "orphan")):
        where = f"signing {row.id}"
        if not all(document.signature for document in row.documents):
            yield Breach("I11", where, "the late signature was not kept")
        if any(document.signed_sha256 in files for document in row.documents if document.signed_sha256):
            yield Breach("I11", where, "the late signature stands in a file")
        shown = select(DossierLog.id).where(DossierLog.signing_id == row.id, DossierLog.action == "sign_failed")
        if ground.session.scalars(shown).first() is None:
            yield Breach("I11", where, "nobody was shown the late signature")
