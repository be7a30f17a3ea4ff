"""I8: maker, chief accountant and account holder of one dossier are three people with three certificates."""

from __future__ import annotations

from itertools import combinations

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import aliased

from backend.audit.ground import Breach, Breaches, Ground
from backend.models import Certificate, Dossier, SigningTransaction, User

_HANDS = (Dossier.maker_id, Dossier.chief_id, Dossier.holder_id)


def different_people(ground: Ground) -> Breaches:
    """By the rows of the people: no shared identity, active certificate or account at a CA."""
    for one, other in combinations(_HANDS, 2):
        person, second = aliased(User), aliased(User)
        mark, second_mark = aliased(Certificate), aliased(Certificate)
        pairs = (
            select(Dossier.id, person, second, mark, second_mark)
            .join(person, person.id == one)
            .join(second, second.id == other)
            .outerjoin(mark, and_(mark.user_id == person.id, mark.active))
            .outerjoin(second_mark, and_(second_mark.user_id == second.id, second_mark.active))
        )
        for id_, first, two, certificate, another in ground.stream(pairs):
            ground.looked["I8"] += 1
            one_hand = first.id == two.id or first.identity_key == two.identity_key
            if one_hand or (certificate and another and _shared(certificate, another)):
                yield Breach("I8", f"dossier {id_}", f"{one.key} and {other.key} are one person")


def _shared(one: Certificate, other: Certificate) -> bool:
    same_login = (one.provider, one.provider_login) == (other.provider, other.provider_login)
    return same_login or one.fingerprint == other.fingerprint


def different_signers(ground: Ground) -> Breaches:
    """By what was really signed: both signatures of one version came from two accounts, neither the maker's."""
    first, second = aliased(SigningTransaction), aliased(SigningTransaction)
    one_hand = or_(
        first.user_id == second.user_id,
        first.certificate_id == second.certificate_id,
        and_(first.provider == second.provider, first.provider_login == second.provider_login),
    )
    both = (
        select(first.subject_id)
        .join(second, and_(second.subject_id == first.subject_id, second.subject_version == first.subject_version))
        .where(first.status == "settled", second.status == "settled", first.step < second.step, one_hand)
    )
    for (id_,) in ground.stream(both):
        yield Breach("I8", f"dossier {id_}", "one hand gave both signatures")
    own = (
        select(SigningTransaction.id)
        .join(Dossier, Dossier.id == SigningTransaction.subject_id)
        .where(SigningTransaction.status == "settled", SigningTransaction.user_id == Dossier.maker_id)
    )
    for (id_,) in ground.stream(own):
        yield Breach("I8", f"signing {id_}", "the maker of the dossier has signed it")
