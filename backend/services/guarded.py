"""A CA behind its breaker: every call of web and worker goes through here, and none goes out while it is open.

While open nobody's phone is rung and nothing is decided: a request certainly did not leave, a poll says ``Unreachable``
at once, which never is an outcome. Callbacks pass: they come to us.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from backend.domain.breaker import Heard
from backend.domain.providers import (
    CallbackAnswer,
    Failed,
    Failure,
    FailureKind,
    NotSubmitted,
    OpenTransaction,
    PollResult,
    ProviderSession,
    RemoteCertificate,
    SecondFactorRequired,
    Secret,
    SignatureRequest,
    Submission,
    SubmissionUnknown,
    Unreachable,
)
from backend.services.breakers import Breakers, Shut
from backend.services.house import House
from backend.services.ports import AsksSecondFactor, SigningProvider

Answer = TypeVar("Answer")

BREAKER_OPEN = "breaker_open"
_ANSWERED = (FailureKind.SESSION_EXPIRED.value, "no_polling")
"""How ``Unreachable`` begins when the CA did answer, or was not asked at all."""


def with_breakers(house: House, *, look_every_s: float | None = None) -> House:
    """The same house, its CAs behind breakers."""
    breakers = Breakers(house) if look_every_s is None else Breakers(house, look_every_s=look_every_s)
    return replace(house, providers={slug: _guarded(provider, breakers) for slug, provider in house.providers.items()})


def _guarded(provider: SigningProvider, breakers: Breakers) -> GuardedProvider:
    if isinstance(provider, AsksSecondFactor):
        return GuardedAsker(provider, provider, breakers)
    return GuardedProvider(provider, breakers)


class GuardedProvider:
    """Fulfils ``SigningProvider`` by asking the real one, when it may be asked."""

    def __init__(self, provider: SigningProvider, breakers: Breakers) -> None:
        self.descriptor = provider.descriptor
        self._provider = provider
        self._breakers = breakers

    def open_session(self, login: str, password: Secret | None) -> ProviderSession | SecondFactorRequired | Failure:
        return self._through(lambda: self._provider.open_session(login, password), _shut)

    def list_certificates(
        self, session: ProviderSession
    ) -> Sequence[RemoteCertificate] | SecondFactorRequired | Failure:
        return self._through(lambda: self._provider.list_certificates(session), _shut)

    def request_signature(self, session: ProviderSession, request: SignatureRequest) -> Submission:
        return self._through(
            lambda: self._provider.request_signature(session, request),
            lambda retry_at: NotSubmitted(_shut(retry_at)),
            # Where the answer comes only after the person decided, its time says nothing of the CA.
            timed=not self.descriptor.asks_while_sending,
        )

    def poll(self, session: ProviderSession, transaction: OpenTransaction) -> PollResult:
        return self._through(
            lambda: self._provider.poll(session, transaction), lambda retry_at: Unreachable(BREAKER_OPEN)
        )

    def read_callback(self, body: bytes, headers: Mapping[str, str]) -> CallbackAnswer:
        return self._provider.read_callback(body, headers)

    def _through(
        self, call: Callable[[], Answer], refused: Callable[[datetime | None], Answer], *, timed: bool = True
    ) -> Answer:
        slug = self.descriptor.slug
        passed = self._breakers.let_through(slug)
        if isinstance(passed, Shut):
            return refused(passed.retry_at)
        start, heard = time.monotonic(), Heard.NOTHING
        try:
            answer = call()
            heard = self._judged(answer, time.monotonic() - start if timed else 0.0)
            return answer
        finally:
            self._breakers.heard(slug, heard, probe=passed.probe)

    def _judged(self, answer: object, took_s: float) -> Heard:
        if _nothing_came(answer):
            return Heard.NOTHING
        return Heard.SLOWLY if self._breakers.is_slow(took_s) else Heard.ANSWERED


class GuardedAsker(GuardedProvider):
    """A CA that may ask for a second factor; fulfils ``AsksSecondFactor`` besides."""

    def __init__(self, provider: SigningProvider, asker: AsksSecondFactor, breakers: Breakers) -> None:
        super().__init__(provider, breakers)
        self._asker = asker

    def answer_second_factor(self, login: str, challenge: Secret, code: Secret) -> ProviderSession | Failure:
        return self._through(lambda: self._asker.answer_second_factor(login, challenge, code), _shut)

    def resend_second_factor(self, login: str, challenge: Secret) -> SecondFactorRequired | Failure:
        return self._through(lambda: self._asker.resend_second_factor(login, challenge), _shut)


def _shut(retry_at: datetime | None) -> Failure:
    kind = FailureKind.PROVIDER_UNAVAILABLE
    return Failure(kind, retryable=True, vendor_code=BREAKER_OPEN, not_before=retry_at)


def _nothing_came(answer: object) -> bool:
    """No answer, or one by which the CA says that it cannot: a broken server, a page where data should be."""
    match answer:
        case SubmissionUnknown():
            return True
        case Unreachable(detail):
            return not detail.startswith(_ANSWERED)
        case Failure(kind) | NotSubmitted(Failure(kind)) | Failed(Failure(kind)):
            return kind is FailureKind.PROVIDER_UNAVAILABLE
        case _:
            return False
