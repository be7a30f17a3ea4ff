"""Whether a certificate may be bound to a member: seven checks in one order, the first that fails is told.

Follows the Treasury's letter of December 2023 (issuers; certificates of the Government Cipher Committee are not for
this service) and RFC 5280 §4.1.2.5 (validity), §4.2.1.3 (key usage), §6.3 (revocation). The facts are read from the
certificate by an adapter. Does not: parse X.509 or ask a CA.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from backend.domain.contacts import plain_number
from backend.domain.text import folded
from backend.domain.workdays import vietnam_date


class Refusal(StrEnum):
    """Why a certificate is not accepted, in the order of the checks."""

    UNKNOWN_ISSUER = "unknown_issuer"
    GOVERNMENT_CIPHER = "government_cipher"
    OUTSIDE_VALIDITY = "outside_validity"
    REVOKED = "revoked"
    KEY_USAGE = "key_usage"
    OTHER_PERSON = "other_person"
    IN_USE = "in_use"


class Revocation(StrEnum):
    """What is known about revocation."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"
    """Neither list nor responder could be had. No reason to refuse; an approval in spite of it is written down."""


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What stands in a certificate and its chain."""

    fingerprint: str
    """SHA-256 of the DER, hexadecimal."""
    serial_number: str
    """Hexadecimal, upper case, no separators."""
    issuer_name: str
    """Common name of the issuing CA."""
    chains_to_trusted_root: bool
    """The issuer belongs to a licensed CA in the trust store."""
    of_government_cipher: bool
    """Issued by, or under a policy of, the Government Cipher Committee."""
    valid_from: datetime
    valid_to: datetime
    revocation: Revocation
    may_sign: bool
    """Key usage allows digital signature or non-repudiation; no auto-sign."""
    holder_name: str
    """Common name of the subject."""
    identity_numbers: frozenset[str]
    """Numbers in the subject (UID=CCCD:…, serialNumber=…), prefixes removed."""
    chain: tuple[bytes, ...] = ()
    """Issuing certificates up to the trusted root, DER, nearest first; empty when there is none."""
    usable_at_provider: bool = True
    """False when the CA that holds the key says that it does not sign with it now."""


@dataclass(frozen=True, slots=True)
class CertificateFile:
    """What a file of certificates holds."""

    der: bytes
    """The one person's."""
    issuers: tuple[bytes, ...]
    """The others, DER, in any order; may be empty."""


@dataclass(frozen=True, slots=True)
class NotAccepted:
    """The first check that failed, with what to do about it."""

    why: Refusal
    sentence: str


IN_USE = NotAccepted(Refusal.IN_USE, "Chứng thư số này đã được người khác đăng ký. Kiểm tra lại tên đăng nhập.")
"""The seventh check, which no setting softens."""


def why_not_accepted(
    facts: CertificateFacts,
    *,
    full_name: str,
    id_number: str,
    at: datetime,
    used_by_others: Collection[str],
    warns: bool = False,
    renews_official_duty: bool = False,
) -> NotAccepted | None:
    """Check all seven in order; None when the certificate may be bound.

    ``used_by_others`` holds the fingerprints bound to persons of another identity, in any unit. ``warns``: where name
    or number agrees, the other that does not is for people to decide (``mismatch``) and not refused here.
    ``renews_official_duty``: the member signs by a token of the Government Cipher Committee already, so another one is
    accepted; all other checks hold.
    """
    return (
        _issuer_problem(facts, renews_official_duty=renews_official_duty)
        or _time_problem(facts.valid_from, facts.valid_to, at)
        or _revocation_problem(facts.revocation)
        or _use_problem(facts)
        or _person_problem(facts, full_name, id_number, warns)
        or (IN_USE if facts.fingerprint in used_by_others else None)
    )


def why_no_more(
    facts: CertificateFacts | None,
    *,
    valid_from: datetime,
    valid_to: datetime,
    revocation: Revocation,
    in_use: bool,
    at: datetime,
    renews_official_duty: bool = False,
) -> NotAccepted | None:
    """Of a certificate that was bound earlier: the same checks in the same order but the sixth, for neither the person
    nor the bytes have changed. ``in_use``: by another identity.

    ``facts`` are read anew; None of one that is in force for the member already, which nobody brings into force again:
    of it only what time can have changed is judged.
    """
    return (
        (_issuer_problem(facts, renews_official_duty=renews_official_duty) if facts else None)
        or _time_problem(valid_from, valid_to, at)
        or _revocation_problem(revocation)
        or (_use_problem(facts) if facts else None)
        or (IN_USE if in_use else None)
    )


def mismatch(facts: CertificateFacts, *, full_name: str, id_number: str) -> str:
    """How the holder differs from who the member is, in sentences for people; empty when name and number agree."""
    found = []
    if not _same_name(facts, full_name):
        found.append(f"Họ tên trên chứng thư số ({facts.holder_name}) khác với kê khai.")
    if not facts.identity_numbers:
        found.append("Chứng thư số không ghi số giấy tờ của người ký.")
    elif not _same_number(facts, id_number):
        found.append("Số giấy tờ trên chứng thư số khác với kê khai.")
    return " ".join(found)


def is_of_somebody_else(facts: CertificateFacts, *, full_name: str, id_number: str, warns: bool = False) -> bool:
    """What the certificate says contradicts who the member is: then not even that it exists may be told.

    A certificate that says no number at all contradicts none; it is told, and refused by the sixth check. ``warns``:
    somebody else's is one where neither name nor number agrees.
    """
    if warns:
        return not _same_name(facts, full_name) and not _same_number(facts, id_number)
    return not _same_name(facts, full_name) or bool(facts.identity_numbers and not _same_number(facts, id_number))


def _issuer_problem(facts: CertificateFacts, *, renews_official_duty: bool) -> NotAccepted | None:
    if facts.of_government_cipher and not renews_official_duty:
        # Its issuer is not a provider's either; the sentence that helps is this one.
        sentence = (
            "Chứng thư số do Ban Cơ yếu Chính phủ cấp không đăng ký được để ký số với Kho bạc tại đây. "
            "Hãy dùng chứng thư số của nhà cung cấp được phép."
        )
        return NotAccepted(Refusal.GOVERNMENT_CIPHER, sentence)
    if not facts.chains_to_trusted_root:
        sentence = (
            f"Nơi cấp chứng thư số ({facts.issuer_name}) không thuộc nhà cung cấp được phép. Chọn chứng thư khác."
        )
        return NotAccepted(Refusal.UNKNOWN_ISSUER, sentence)
    return None


def _time_problem(valid_from: datetime, valid_to: datetime, at: datetime) -> NotAccepted | None:
    if at < valid_from:
        sentence = f"Chứng thư số chỉ có hiệu lực từ ngày {vietnam_date(valid_from):%d/%m/%Y}. Chọn chứng thư khác."
        return NotAccepted(Refusal.OUTSIDE_VALIDITY, sentence)
    if at >= valid_to:
        day = vietnam_date(valid_to)
        sentence = f"Chứng thư số đã hết hạn ngày {day:%d/%m/%Y}. Gia hạn tại nhà cung cấp rồi lấy lại."
        return NotAccepted(Refusal.OUTSIDE_VALIDITY, sentence)
    return None


def _revocation_problem(revocation: Revocation) -> NotAccepted | None:
    if revocation is not Revocation.REVOKED:
        return None
    sentence = "Chứng thư số đã bị thu hồi hoặc tạm dừng. Liên hệ nhà cung cấp để được cấp chứng thư mới."
    return NotAccepted(Refusal.REVOKED, sentence)


def _use_problem(facts: CertificateFacts) -> NotAccepted | None:
    if not facts.usable_at_provider:
        # The CA knows of a revocation before its list does, and of keys that are not for this way of signing.
        sentence = (
            "Nhà cung cấp báo chứng thư số này hiện không ký được. Liên hệ nhà cung cấp hoặc chọn chứng thư khác."
        )
        return NotAccepted(Refusal.REVOKED, sentence)
    if not facts.may_sign:
        sentence = "Chứng thư số này không được cấp để ký số. Chọn chứng thư số ký của bạn."
        return NotAccepted(Refusal.KEY_USAGE, sentence)
    return None


def _person_problem(facts: CertificateFacts, full_name: str, id_number: str, warns: bool) -> NotAccepted | None:
    name, number = _same_name(facts, full_name), _same_number(facts, id_number)
    if (name and number) or (warns and (name or number)):
        return None
    sentence = (
        "Chứng thư số không phải của thành viên này: họ tên hoặc số giấy tờ trên chứng thư khác với kê khai. "
        "Kiểm tra lại họ tên, số giấy tờ hoặc tên đăng nhập."
    )
    return NotAccepted(Refusal.OTHER_PERSON, sentence)


def _same_name(facts: CertificateFacts, full_name: str) -> bool:
    """Without case and diacritics."""
    return _bare(facts.holder_name) == _bare(full_name)


def _same_number(facts: CertificateFacts, id_number: str) -> bool:
    return plain_number(id_number) in facts.identity_numbers


def _bare(name: str) -> str:
    return folded(" ".join(name.split()))
