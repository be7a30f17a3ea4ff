"""Every rule that can be broken, each with its code and how a person recovers.

RuleError
├── NotFound                 the thing does not exist for this person (another unit's things do not exist either)
│   └── PasskeyGone
├── NotYours                 the person may see it but not do this
│   ├── NotYourTurn
│   │   └── HeldByAnother
│   ├── NoGrant
│   └── SamePerson
│       └── CheckedByYou
├── StaleVersion             somebody was faster
├── NotAllowedNow            the state does not offer this move
├── Invalid                  the content breaks rules; carries the fields
├── SignatureRefused         before asking the CA: what we hold is not fit to sign with
│   ├── CertificateExpired
│   ├── CertificateMissing
│   ├── ContentChanged
│   ├── AlreadySigning
│   ├── TooManyRequests, SigningBlocked
│   └── NotOpened, TooManyDocuments, BatchChanged, BatchUnderWay
├── ProviderRefusal          the CA said no before anyone was asked on the phone
├── SecondFactorNeeded       the CA took the password and wants a code as well
├── ChallengeOver, NothingToResend, ResendTooSoon
├── NoCertificateThere, CandidateOver, TooManyLookUps, TooManyRegistrations
├── DeclarationNotValid, CertificateNoMore, UnitAlreadyActive, SealUnavailable
├── NotSignedIn, LoginRefused (ProofRefused), LoginLocked (TooManyResets)
├── PasswordMustChange, PasswordExpired, ResetRefused, ProofNeeded
├── PasskeyNeeded, PasskeyRefused, TooManyPasskeys
├── IdempotencyConflict, KeyInFlight
└── SystemBusy               the database did not let us in; nothing was written

``api/problems.py`` turns each code into HTTP and Vietnamese; this file knows neither.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar


class RuleError(Exception):
    """Base. ``facts`` fill the variables of the Vietnamese sentence; never secrets, never personal numbers."""

    code: ClassVar[str] = "rule"

    def __init__(self, note: str = "", **facts: object) -> None:
        super().__init__(note or self.code)
        self.facts: dict[str, object] = facts


class NotFound(RuleError):
    """No such thing, or not for this person. Recover: go back to the list."""

    code = "perm.not_found"


class NotYours(RuleError):
    """The person's role does not do this. Recover: ask the person whose role it is."""

    code = "perm.view_only"


class NotYourTurn(NotYours):
    """The pen is in another hand. Recover: reload; the screen shows who has it."""

    code = "voucher.not_your_turn"


class NoGrant(NotYours):
    """No right valid today on the debit account. Recover: the unit's manager grants it, or another person acts."""

    code = "perm.no_grant"


class SamePerson(NotYours):
    """Segregation of duties: this person already acted in another role. Recover: choose somebody else."""

    code = "sod.same_person"


class ApproverNotEligible(NotYours):
    """The chosen approver would be refused later. Recover: choose another; ``facts['reason']`` says why."""

    code = "perm.approver_not_eligible"


class StaleVersion(RuleError):
    """The dossier changed since it was read. Recover: reload, look again."""

    code = "voucher.stale"


class NotAllowedNow(RuleError):
    """The state does not offer this action. Recover: reload; the screen shows what can be done."""

    code = "voucher.not_allowed_now"


class Invalid(RuleError):
    """Content breaks rules. Recover: mend each field in ``problems``."""

    code = "content.invalid"

    def __init__(self, problems: list[FieldProblem]) -> None:
        super().__init__(", ".join(problem.path for problem in problems))
        self.problems = problems


class FieldProblem:
    """One field, one Vietnamese sentence that says what to change."""

    __slots__ = ("path", "sentence")

    def __init__(self, path: str, sentence: str) -> None:
        self.path = path
        self.sentence = sentence

    def __repr__(self) -> str:
        return f"FieldProblem({self.path!r}, {self.sentence!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, FieldProblem) and (self.path, self.sentence) == (other.path, other.sentence)

    def __hash__(self) -> int:
        return hash((self.path, self.sentence))


class SignatureRefused(RuleError):
    """Not fit to sign; nothing was asked of the CA."""

    code = "sign.refused"


class CertificateExpired(SignatureRefused):
    """Recover: renew at the CA, register the new certificate."""

    code = "cert.expired"


class CertificateMissing(SignatureRefused):
    """The person has no active certificate bound. Recover: bind one."""

    code = "cert.missing"


class WrongCertificate(SignatureRefused):
    """The CA does not offer the certificate that is registered. Recover: register the new one."""

    code = "cert.not_registered"


class ContentChanged(SignatureRefused):
    """The bytes seen are not the bytes held. Recover: look at the new content."""

    code = "voucher.changed"


class AlreadySigning(SignatureRefused):
    """A live transaction exists. Recover: go to it."""

    code = "sign.duplicate"


class TooManyRequests(SignatureRefused):
    """More prompts than a tired person should get. Recover: wait."""

    code = "push.flood"


class NotOpened(SignatureRefused):
    """A batch may hold only what the person opened in its present content. Recover: open it, then sign."""

    code = "batch.not_opened"


class TooManyDocuments(SignatureRefused):
    """More files in one dossier than the CA takes in one approval. Recover: leave it out of the batch."""

    code = "batch.too_many_documents"


class BatchChanged(SignatureRefused):
    """The list is no longer the one that was shown; ``facts['refused']`` names the dossiers at fault. Recover: look at
    the list again and confirm the new one.
    """

    code = "batch.changed"


class BatchUnderWay(SignatureRefused):
    """A batch of this person still waits for its phone. Recover: finish it or cancel it."""

    code = "batch.under_way"


class SigningBlocked(SignatureRefused):
    """The person said of a request that they had not asked for it. Recover: change the password, lift the block."""

    code = "sign.blocked"


class ProviderRefusal(RuleError):
    """The CA refused before anyone was asked on a phone; ``facts['kind']`` is a ``FailureKind``."""

    code = "prov.refused"


class SecondFactorNeeded(RuleError):
    """The CA wants a code as well. Recover: the same again with the code and ``facts['challenge']``, no password.

    Facts: ``provider``, ``challenge``, ``channel``, ``sent_to`` (masked or None), ``ends_at``, ``resend_at``.
    """

    code = "prov.second_factor"


class ChallengeOver(RuleError):
    """The question for a code is too old, or not this person's. Recover: begin with the password again."""

    code = "prov.challenge_over"


class NothingToResend(RuleError):
    """The code is made by an app on the phone; nothing was sent. Recover: read it there."""

    code = "prov.no_resend"


class ResendTooSoon(RuleError):
    """A code was sent a moment ago. Recover: wait until ``facts['until']``."""

    code = "prov.resend_too_soon"


class NoCertificateThere(RuleError):
    """The CA has none of this member under this user name: no such account, an account without one, or somebody
    else's, and nobody is told which. Recover: mind provider, user name, name and identity number.
    """

    code = "cert.none_there"


class CandidateOver(RuleError):
    """The certificate was looked up too long ago, or for somebody else. Recover: look it up again."""

    code = "cert.candidate_over"


class TooManyLookUps(RuleError):
    """Certificates were looked up in vain too often; ``facts['until']``. Recover: wait, or ask the CA."""

    code = "cert.look_ups_locked"


class TooManyRegistrations(RuleError):
    """Dossiers were begun or saved too often from one place; ``facts['until']``. Recover: wait."""

    code = "registration.too_many"


class CheckedByYou(SamePerson):
    """Whoever checked a registration may not approve it as well. Recover: another person of the office decides."""

    code = "registration.same_person"


class HeldByAnother(NotYourTurn):
    """Another officer took the registration. Recover: leave it to them; ``facts`` say who and since when."""

    code = "registration.held"


class DeclarationNotValid(RuleError):
    """The unit's signature on a declaration does not hold. Recover: reject, or send it back to the officer."""

    code = "registration.signature"


class CertificateNoMore(RuleError):
    """A member's certificate ended, was revoked, or became another person's since it was bound.

    Recover: return the dossier, so that the unit binds another; reject it where it was returned before.
    """

    code = "registration.certificate"


class UnitAlreadyActive(RuleError):
    """The unit uses the service already. Recover: it logs in and declares a change."""

    code = "registration.unit_active"


class SealUnavailable(RuleError):
    """The Treasury's own key could not sign; nothing was approved. Recover: try again; mend the token."""

    code = "registration.seal"


class NotSignedIn(RuleError):
    """No session, or it ended. Recover: log in; the screen comes back."""

    code = "auth.expired"


class LoginRefused(RuleError):
    """Wrong user name or password; ``facts['attempts_left']``. The same answer for both."""

    code = "auth.bad_credentials"


class LoginLocked(RuleError):
    """Too many wrong tries; ``facts['until']``."""

    code = "auth.locked"

    def __init__(self, until: datetime) -> None:
        super().__init__(until=until)


class ProofRefused(LoginRefused):
    """Somebody who is logged in typed a wrong password; ``facts['attempts_left']``. The session stays."""

    code = "auth.proof_refused"


class ProofNeeded(RuleError):
    """The log-in is too long ago for what was asked. Recover: prove it by password or passkey, then the same again."""

    code = "auth.stepup"


class PasswordMustChange(RuleError):
    """A one-time password opens nothing but its own change. Recover: choose a password."""

    code = "auth.password_change"


class PasswordExpired(RuleError):
    """The one-time password was right and came too late; ``facts['until']``. Recover: ask for a new one."""

    code = "auth.password_expired"


class ResetRefused(RuleError):
    """The link of a reset is false, used or too old. Recover: ask for a new one."""

    code = "auth.reset_refused"


class TooManyResets(LoginLocked):
    """Too many resets were asked for from one address; ``facts['until']``. Recover: wait."""

    code = "auth.reset_locked"


class PasskeyNeeded(RuleError):
    """An account with a passkey is entered by it, and no password stands in for it. Recover: use the passkey."""

    code = "auth.passkey_needed"


class PasskeyRefused(RuleError):
    """The answer of the authenticator does not verify, or comes too late. Recover: try again, or another way."""

    code = "auth.passkey_refused"


class PasskeyGone(NotFound):
    """The passkey was removed, perhaps on another device. Recover: read the list again."""

    code = "auth.passkey_gone"


class TooManyPasskeys(RuleError):
    """Nobody needs so many. Recover: remove one."""

    code = "auth.passkeys_full"


class IdempotencyConflict(RuleError):
    """The same Idempotency-Key with another body. Recover: a new key for a new action."""

    code = "request.key_reused"


class KeyInFlight(RuleError):
    """The first request with this key is still running. Recover: ask again in a moment."""

    code = "request.in_flight"


class SystemBusy(RuleError):
    """The database is locked or away; nothing was written. Recover: the same request again, same key."""

    code = "sys.busy"


class Fenced(RuleError):
    """Another worker owns this transaction now. Recover: stop at once; whoever owns it goes on."""

    code = "sign.fenced"
