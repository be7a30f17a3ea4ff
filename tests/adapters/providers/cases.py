"""How the suite multiplies: every profile × whatever a rule is tried on; and what each fault must come to.

``COMMON`` holds for every CA. Where one CA's dialect rightly answers otherwise, its profile names another expectation
in ``differs``; the names are the keys of ``EXPECTED``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from backend.domain.providers import (
    Concluded,
    Failed,
    Failure,
    FailureKind,
    NotSubmitted,
    Pending,
    SubmissionUnknown,
    Unreachable,
)
from tests.adapters.providers.profile import CERTIFICATES, LOGIN, PROFILES, SIGN, STATUS, Profile

NEVER_ARRIVES = ("http_500", "http_503", "http_429", "html_200", "internal_error")
"""Faults before any work."""
SLOW = ("delay", "slow_drip")
ARRIVES = ("lose_answer", *SLOW)
"""Faults after the work was done."""
TRANSPORT = (*NEVER_ARRIVES, *ARRIVES)


def every(*names: str, of: Callable[[Profile], Iterable[Any]] | None = None) -> pytest.MarkDecorator:
    """One test per profile and case of it; the test gets ``house`` and the named values."""
    found = [(profile, _tuple(case)) for profile in PROFILES for case in (of(profile) if of else [()])]
    params = [pytest.param(profile, *case, id="-".join([profile.name, *map(_word, case)])) for profile, case in found]
    return pytest.mark.parametrize(("house", *names), params, indirect=["house"])


def _tuple(case: object) -> tuple[Any, ...]:
    return case if isinstance(case, tuple) else (case,)


def _word(value: object) -> str:
    return getattr(value, "__name__", str(value))


@dataclass(frozen=True, slots=True)
class Expectation:
    """What the service must be told."""

    answers: tuple[type, ...]
    kind: FailureKind | None = None
    retryable: bool = False
    rings: bool = False
    """Whether the request reached the phone."""


EXPECTED = {
    "unavailable": Expectation((Failure,), FailureKind.PROVIDER_UNAVAILABLE, retryable=True),
    "violation": Expectation((Failure,), FailureKind.PROTOCOL_VIOLATION),
    "not_sent": Expectation((NotSubmitted,), FailureKind.PROVIDER_UNAVAILABLE, retryable=True),
    "ended": Expectation((Concluded,), FailureKind.PROVIDER_UNAVAILABLE),
    "unknown": Expectation((SubmissionUnknown,)),
    "unknown_but_rung": Expectation((SubmissionUnknown,), rings=True),
    "unreachable": Expectation((Unreachable,)),
    "still_pending": Expectation((Pending,)),
}

COMMON = {
    **{(call, fault): "unavailable" for call in (LOGIN, CERTIFICATES) for fault in TRANSPORT},
    (LOGIN, "html_200"): "violation",
    (CERTIFICATES, "html_200"): "violation",
    **{(SIGN, fault): "unknown" for fault in ("http_500", "http_503", "html_200")},
    # Each of these says in so many words that nothing was done.
    **{(SIGN, fault): "not_sent" for fault in ("http_429", "internal_error")},
    **{(SIGN, fault): "unknown_but_rung" for fault in ARRIVES},
    **{(STATUS, fault): "unreachable" for fault in TRANSPORT},
}


def expected(profile: Profile, call: str, fault: str) -> Expectation:
    """What this fault at this call of this CA must come to."""
    return EXPECTED[profile.differs.get((call, fault)) or COMMON[call, fault]]


def must_be(answer: object, wanted: Expectation) -> None:
    """Fails unless the answer is what was wanted."""
    assert isinstance(answer, wanted.answers), answer
    if wanted.kind is not None:
        answer = answer.outcome if isinstance(answer, Concluded) else answer
        failure = answer if isinstance(answer, Failure) else answer.failure  # type: ignore[attr-defined]
        assert (failure.kind, failure.retryable) == (wanted.kind, wanted.retryable)


def said(answer: object) -> str:
    """One word for whatever an adapter said: the kind of a failure, else the name of the answer."""
    if isinstance(answer, Failed | NotSubmitted):
        return answer.failure.kind.value
    return answer.kind.value if isinstance(answer, Failure) else type(answer).__name__
