"""The certificates of a declaration once more when the Treasury decides: days or weeks after they were bound one may
have ended, been revoked, or come into force for another person, and its CA may have lost its licence.

Judged as when it was bound (``bind.py``), a token of the Government Cipher Committee that renews another included, but
for whose it is: neither the person nor the bytes have changed since. Of a certificate that a change leaves as it is in
force, the issuer is not asked after again: the change does not bring it into force, and a unit that came here with
tokens of the Government Cipher Committee may still mend its telephone. An answer about revocation that cannot be had
stops nobody, as at the binding, but is written down with the approval. Does not: judge signatures (``signatures.py``).
"""

from __future__ import annotations

import base64
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from backend.domain.certificates import IN_USE, CertificateFacts, NotAccepted, Revocation, why_no_more
from backend.domain.errors import CertificateNoMore
from backend.domain.registration import Move, Stage
from backend.domain.registration_content import BoundCertificate, MemberPart, RegistrationContent
from backend.domain.registration_review import AT_OFFICE, rights_beyond
from backend.domain.workdays import vietnam_date
from backend.models import Certificate, Registration, RegistrationLog, User
from backend.services.house import House
from backend.services.people import identity_key

_UNANSWERED = ". Chưa hỏi được nhà cung cấp về việc thu hồi chứng thư số của "
"""Goes on from the approval's own words in the log; names follow."""

_ASK_THE_CA = (
    "Khi phê duyệt, nhà cung cấp chưa trả lời chứng thư số có bị thu hồi hay không. Hỏi lại nhà cung cấp; nếu đã bị "
    "thu hồi, đề nghị đơn vị đăng ký thay đổi chứng thư số."
)


def signers_of(row: Registration) -> list[tuple[MemberPart, BoundCertificate]]:
    """Everybody whose certificate the approval brings into force; nobody where the unit leaves the service."""
    content = RegistrationContent.from_mapping(row.content)
    if content.terminate:
        return []
    return [(each, each.certificate) for each in content.members if each.signs and each.certificate is not None]


def require_lasting(session: Session, house: House, row: Registration) -> None:
    """As far as the house knows without asking. Raises CertificateNoMore, naming the first member at fault."""
    _require(_judged(session, house, row, {}))


def _require(judged: Iterable[tuple[MemberPart, NotAccepted | None]]) -> None:
    for member, refused in judged:
        if refused is not None:
            raise CertificateNoMore(name=member.full_name, reason=refused.sentence)


def ask_again(house: House, registration_id: str) -> list[str]:
    """Asks the CAs about revocation, outside any transaction, and judges; names of members of whom no answer could be
    had. Raises CertificateNoMore.
    """
    with house.read() as session:
        signers = signers_of(session.get_one(Registration, registration_id))
    told = _revocation(house, signers)
    with house.read() as session:
        _require(_judged(session, house, session.get_one(Registration, registration_id), told))
    return [member.full_name for member, bound in signers if told[bound.fingerprint] is Revocation.UNKNOWN]


def _revocation(house: House, signers: Sequence[tuple[MemberPart, BoundCertificate]]) -> dict[str, Revocation]:
    """By fingerprint. Only a licensed issuer's addresses are asked."""
    now, asked = house.clock.now(), {}
    for _, bound in signers:
        try:
            chain = _facts(house, bound, now).chain
        except ValueError:
            continue
        if chain:
            asked[bound.fingerprint] = (base64.b64decode(bound.der), chain)
    answers = house.certificates.revocation(list(asked.values()), now)
    unknown = {bound.fingerprint: Revocation.UNKNOWN for _, bound in signers}
    return {**unknown, **dict(zip(asked, answers, strict=True))}


def _judged(
    session: Session, house: House, row: Registration, told: Mapping[str, Revocation]
) -> Iterator[tuple[MemberPart, NotAccepted | None]]:
    signers, kept, now = signers_of(row), _in_force_already(row), house.clock.now()
    holders = active_holders(session, {bound.fingerprint for _, bound in signers})
    for member, bound in signers:
        facts = None if _key(member, bound) in kept else _facts(house, bound, now)
        yield (
            member,
            why_no_more(
                facts,
                valid_from=datetime.fromisoformat(bound.valid_from),
                valid_to=datetime.fromisoformat(bound.valid_to),
                revocation=told.get(bound.fingerprint, Revocation.UNKNOWN),
                in_use=held_by_another(house, member, holders.get(bound.fingerprint, ())),
                at=now,
                renews_official_duty=not bound.provider and renews_official_duty(house, row, member, facts),
            ),
        )


def _in_force_already(row: Registration) -> set[tuple[str, str, str]]:
    return {_key(member, bound) for member, bound in _bound_before(row)}


def _bound_before(row: Registration) -> list[tuple[MemberPart, BoundCertificate]]:
    """Of a change: what every member had when it began."""
    members = RegistrationContent.from_mapping(row.before).members if row.before else ()
    return [(each, each.certificate) for each in members if each.certificate is not None]


def on_official_duty(house: House, row: Registration) -> frozenset[str]:
    """Ids of members who signed by a token of the Government Cipher Committee when the change began."""
    tokens = [(member.id, bound) for member, bound in _bound_before(row) if not bound.provider]
    return frozenset(id_ for id_, bound in tokens if _of_official_duty(house, bound))


def renews_official_duty(house: House, row: Registration, member: MemberPart, facts: CertificateFacts | None) -> bool:
    """Such a token may be renewed by another, since its holder cannot sign in another way."""
    return facts is not None and facts.of_government_cipher and member.id in on_official_duty(house, row)


def _of_official_duty(house: House, bound: BoundCertificate) -> bool:
    try:
        return _facts(house, bound, house.clock.now()).of_government_cipher
    except ValueError:
        return False


def _key(member: MemberPart, bound: BoundCertificate) -> tuple[str, str, str]:
    return member.id, bound.provider, bound.fingerprint


def _facts(house: House, bound: BoundCertificate, now: datetime) -> CertificateFacts:
    """Raises ValueError: a certificate of before the wizard may not be readable."""
    return house.certificates.facts(base64.b64decode(bound.der), [base64.b64decode(each) for each in bound.chain], now)


def active_holders(session: Session, fingerprints: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Member and identity key of everybody of whom a certificate is in force, by fingerprint."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows = session.execute(
        select(Certificate.fingerprint, User.id, User.identity_key)
        .join(User, User.id == Certificate.user_id)
        .where(Certificate.fingerprint.in_(fingerprints), Certificate.active)
    )
    for fingerprint, user_id, key in rows:
        found.setdefault(fingerprint, []).append((user_id, key))
    return found


def held_by_another(house: House, member: MemberPart, holders: Iterable[tuple[str, str]]) -> bool:
    """By another identity. A member who mends their own number stays who they are."""
    own = identity_key(house, member.id_number)
    return any(key != own and id_ != member.id for id_, key in holders)


def require_one_holder(session: Session, row: Registration) -> None:
    """In the commit that brought them into force: no certificate is in force for two identities, in any unit.

    Approvals with a certificate in common take turns from here until they end, so the later one sees the earlier.
    Raises CertificateNoMore.
    """
    signers = signers_of(row)
    fingerprints = {bound.fingerprint for _, bound in signers}
    if session.get_bind().dialect.name == "postgresql":  # SQLite has one writer at a time as it is.
        for fingerprint in sorted(fingerprints):
            session.execute(select(func.pg_advisory_xact_lock(int(fingerprint[:15], 16))))
    holders = active_holders(session, fingerprints)
    for member, bound in signers:
        if len({key for _, key in holders.get(bound.fingerprint, ())}) > 1:
            raise CertificateNoMore(name=member.full_name, reason=IN_USE.sentence)


def unanswered(names: Sequence[str]) -> str:
    """What the log says of an approval in spite of silence about these members' certificates; empty of nobody."""
    return f"{_UNANSWERED}{', '.join(names)}." if names else ""


def _unanswered_of(session: Session, row: Registration) -> set[str]:
    """The same names again; the log alone keeps them."""
    approval = (RegistrationLog.registration_id == row.id) & (RegistrationLog.move == Move.APPROVE.value)
    note = session.scalars(select(RegistrationLog.note).where(approval)).one_or_none() or ""
    return set(note.partition(_UNANSWERED)[2].removesuffix(".").split(", "))


def certificate_notes(session: Session, house: House, row: Registration) -> list[dict[str, str]]:
    """What people must know of a member's certificate: how its holder differs from the member; until the office has
    decided, what would stop the approval now, and rights that last longer; afterwards, of whom nobody answered. The
    wire shape.
    """
    waits, silent = Stage(row.stage) in AT_OFFICE, _unanswered_of(session, row)
    against = {member.id: refused for member, refused in _judged(session, house, row, {})} if waits else {}
    found = []
    for member, bound in signers_of(row):
        refused = against.get(member.id)
        after = _ASK_THE_CA if member.full_name in silent else ""
        beyond = rights_beyond(member, vietnam_date(datetime.fromisoformat(bound.valid_to))) if waits else ""
        sentences = (bound.mismatch, refused.sentence if refused else "", beyond, after)
        found += [(member.full_name, sentence) for sentence in sentences]
    return [{"full_name": name, "sentence": sentence} for name, sentence in found if sentence]
