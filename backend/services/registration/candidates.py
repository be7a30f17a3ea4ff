"""A certificate found at a CA, on its way through the registrant's device and back: sealed, so that nobody binds bytes
that the server did not fetch, for the very member it was fetched for, and for a quarter of an hour.
"""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from backend.domain.certificates import CertificateFacts, Revocation
from backend.domain.errors import CandidateOver
from backend.domain.providers import Secret
from backend.services.house import House

CANDIDATE_LIFE = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member's own certificate at a CA."""

    registration_id: str
    member_id: str
    provider: str
    """Slug."""
    login: str
    """User name at the CA."""
    der: bytes
    facts: CertificateFacts


def sealed(house: House, candidate: Candidate) -> str:
    """What travels; opens nothing at the CA."""
    facts = candidate.facts
    words = {
        "candidate_of": [candidate.registration_id, candidate.member_id],
        "until": (house.clock.now() + CANDIDATE_LIFE).isoformat(),
        "provider": candidate.provider,
        "login": candidate.login,
        "der": base64.b64encode(candidate.der).decode(),
        "chain": [base64.b64encode(each).decode() for each in facts.chain],
        "revocation": facts.revocation.value,
        "usable": facts.usable_at_provider,
    }
    return base64.urlsafe_b64encode(house.sealer.seal(Secret(json.dumps(words)))).decode()


def opened(house: House, text: str, registration_id: str, member_id: str) -> Candidate:
    """The candidate, its facts read anew. Raises CandidateOver."""
    try:
        words = json.loads(house.sealer.open(base64.b64decode(text, b"-_", validate=True)).reveal())
        of, until = words["candidate_of"], datetime.fromisoformat(words["until"])
        der, chain = base64.b64decode(words["der"]), [base64.b64decode(each) for each in words["chain"]]
        revocation, usable = Revocation(words["revocation"]), bool(words["usable"])
    except (ValueError, TypeError, KeyError) as error:
        raise CandidateOver() from error
    if of != [registration_id, member_id] or house.clock.now() >= until:
        raise CandidateOver()
    facts = house.certificates.facts(der, chain, house.clock.now())
    facts = replace(facts, revocation=revocation, usable_at_provider=usable)
    return Candidate(registration_id, member_id, words["provider"], words["login"], der, facts)
