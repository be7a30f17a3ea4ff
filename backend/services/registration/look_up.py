"""Lấy thông tin chứng thư số từ nhà cung cấp: a member's certificates at a CA, each with what forbids to bind it.

Shows what is the member's by name and identity number, and nothing else: an account that does not exist, one without a
certificate, and somebody else's are one and the same answer. The password lives for one call. Changes nothing; binding
is in ``bind.py``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from backend.domain.certificates import NotAccepted, Revocation, is_of_somebody_else, mismatch
from backend.domain.errors import FieldProblem, Invalid, NoCertificateThere, ProviderRefusal
from backend.domain.providers import FailureKind, RemoteCertificate
from backend.domain.registration_content import SigningForm
from backend.models import Registration
from backend.services import provider_login
from backend.services.house import House
from backend.services.provider_login import Account, Proof
from backend.services.registration.candidates import Candidate, sealed
from backend.services.registration.look_up_tries import counted
from backend.services.registration.signers import Signer, judged, signer_for

_NOBODY = frozenset({FailureKind.UNKNOWN_USER, FailureKind.NOT_ENROLLED, FailureKind.NO_CERTIFICATE})
_WRONG_LOGIN = frozenset({FailureKind.BAD_CREDENTIALS, FailureKind.UNKNOWN_USER})


def look_up(
    house: House, registration_id: str, member_id: str, provider: str, login: str, proof: Proof, address: str
) -> dict[str, object]:
    """What the CA holds for this member, in the shape of the wire. Asks the CA once, outside any commit.

    Raises NotFound (also for a person not saved yet), NotAllowedNow, Invalid, TooManyLookUps, SecondFactorNeeded,
    ChallengeOver, NoCertificateThere, ProviderRefusal.
    """
    with house.read() as session:
        signer = signer_for(session.get_one(Registration, registration_id), member_id, SigningForm.REMOTE)
    if provider not in house.providers:
        raise Invalid([FieldProblem("provider", "Chọn nhà cung cấp trong danh sách.")])
    who = {
        "member": f"{registration_id}:{member_id}",
        "account": f"{provider}:{login}",
        "address": address,
        "address_at_all": address,
        "house": "",
    }
    with counted(house, who):
        offered = _offered(house, Account(registration_id, provider, login), proof)
        own = list(_own(house, signer, Account(registration_id, provider, login), offered))
        if not own:
            raise NoCertificateThere(provider=provider)
    return {"candidates": _shown(house, signer, own)}


def _offered(house: House, account: Account, proof: Proof) -> Sequence[RemoteCertificate]:
    try:
        return provider_login.look_up(house, account, proof).certificates
    except ProviderRefusal as error:
        kind = FailureKind(str(error.facts["kind"]))
        # Who does not exist must not be told from who typed the wrong password, nor how many tries a real one has left.
        if house.providers[account.provider].descriptor.needs_password and kind in _WRONG_LOGIN:
            raise ProviderRefusal(
                str(error), provider=account.provider, kind=FailureKind.BAD_CREDENTIALS.value
            ) from error
        if kind in _NOBODY | _WRONG_LOGIN:
            raise NoCertificateThere(provider=account.provider) from error
        raise


def _own(house: House, signer: Signer, account: Account, offered: Sequence[RemoteCertificate]) -> Iterator[Candidate]:
    """Certificates of this very person; what cannot be read is nobody's."""
    member = signer.member
    for each in offered:
        try:
            facts = house.certificates.facts(each.der, each.chain, house.clock.now())
        except ValueError:
            continue
        warns = house.policy.warns_of_mismatch
        if is_of_somebody_else(facts, full_name=member.full_name, id_number=member.id_number, warns=warns):
            continue
        facts = replace(facts, usable_at_provider=each.usable)
        yield Candidate(account.user_id, member.id, account.provider, account.login, each.der, facts)


def _shown(house: House, signer: Signer, own: Sequence[Candidate]) -> list[dict[str, object]]:
    """Those that can be bound first, then the longest valid. Only what nothing else speaks against is asked about."""
    # The CA's own "not usable" does not say why; the list of the revoked may.
    first = _judged(house, signer, [replace(each, facts=replace(each.facts, usable_at_provider=True)) for each in own])
    asked = [each for each, refused in zip(own, first, strict=True) if refused is None]
    answers = house.certificates.revocation([(each.der, each.facts.chain) for each in asked], house.clock.now())
    known = {each.facts.fingerprint: answer for each, answer in zip(asked, answers, strict=True)}
    own = [_with(each, known.get(each.facts.fingerprint, Revocation.UNKNOWN)) for each in own]
    found = list(zip(own, _judged(house, signer, own), strict=True))
    found.sort(key=lambda pair: pair[0].facts.valid_to, reverse=True)
    found.sort(key=lambda pair: pair[1] is not None)
    return [_view(house, signer, each, refused) for each, refused in found]


def _judged(house: House, signer: Signer, own: Sequence[Candidate]) -> list[NotAccepted | None]:
    with house.read() as session:
        return [judged(session, house, signer, each.facts) for each in own]


def _with(candidate: Candidate, revocation: Revocation) -> Candidate:
    return replace(candidate, facts=replace(candidate.facts, revocation=revocation))


def _view(house: House, signer: Signer, candidate: Candidate, refused: NotAccepted | None) -> dict[str, object]:
    facts, member = candidate.facts, signer.member
    differs = mismatch(facts, full_name=member.full_name, id_number=member.id_number)
    return {
        "sealed": sealed(house, candidate),
        "provider": candidate.provider,
        "serial_number": facts.serial_number,
        "subject_name": facts.holder_name,
        "issuer_name": facts.issuer_name,
        "valid_from": facts.valid_from,
        "valid_to": facts.valid_to,
        "mismatch": "" if refused else differs,
        "refused": None if refused is None else refused.sentence,
    }
