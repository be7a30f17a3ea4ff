"""Who may act on a dossier: titles, the two signatures, rights on accounts, separation of duties.

Follows Thông tư 77/2017/TT-BTC art. 23.2 (one person, one title) and Thông tư 157/2025/TT-BTC art. 7 (first and
second signature). ``why_not_eligible`` is asked three times about the same person: when picked, when signing
starts, when the signature settles.
Does not: know log-ins, or whether a certificate was revoked (the certificate check does).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from backend.domain.workdays import vietnam_date


class ServiceTitle(StrEnum):
    """The title a person carries in the service; exactly one."""

    ACCOUNTANT = "accountant"
    CHIEF_ACCOUNTANT = "chief_accountant"
    ACTING_CHIEF_ACCOUNTANT = "acting_chief_accountant"
    """Phụ trách kế toán, where no chief accountant is appointed (TT 77 art. 23.3). Only a title, shown and printed; the
    person holds the chief accountant's permission and acts in that.
    """
    DELEGATED_CHIEF_ACCOUNTANT = "delegated_chief_accountant"
    ACCOUNT_HOLDER = "account_holder"
    DELEGATED_ACCOUNT_HOLDER = "delegated_account_holder"
    TREASURY_OFFICER = "treasury_officer"
    TREASURY_APPROVER = "treasury_approver"


TREASURY_TITLES = frozenset({ServiceTitle.TREASURY_OFFICER, ServiceTitle.TREASURY_APPROVER})
"""Staff of a Treasury office; everybody else belongs to a unit."""

PERMISSIONS = frozenset(ServiceTitle) - TREASURY_TITLES - {ServiceTitle.ACTING_CHIEF_ACCOUNTANT}
"""What members of a unit may hold and act in; the other titles of a unit are only shown."""


class Side(StrEnum):
    """The parts people of a unit play in one dossier; no two by one person, but for the single-accountant policy."""

    MAKER = "maker"
    SECOND_SIGNATURE = "second_signature"
    """The accounting side; signs first in time."""
    FIRST_SIGNATURE = "first_signature"
    """The account holder's side; signs last."""


TITLE_LABEL: Mapping[ServiceTitle, str] = {
    ServiceTitle.ACCOUNTANT: "Kế toán viên",
    ServiceTitle.CHIEF_ACCOUNTANT: "Kế toán trưởng",
    ServiceTitle.ACTING_CHIEF_ACCOUNTANT: "Phụ trách kế toán",
    ServiceTitle.DELEGATED_CHIEF_ACCOUNTANT: "Ủy quyền Kế toán trưởng",
    ServiceTitle.ACCOUNT_HOLDER: "Chủ tài khoản",
    ServiceTitle.DELEGATED_ACCOUNT_HOLDER: "Ủy quyền Chủ tài khoản",
    ServiceTitle.TREASURY_OFFICER: "Cán bộ Kho bạc",
    ServiceTitle.TREASURY_APPROVER: "Lãnh đạo Kho bạc",
}

SIDE_LABEL: Mapping[Side, str] = {
    Side.MAKER: "lập hồ sơ",
    Side.SECOND_SIGNATURE: "ký Kế toán trưởng",
    Side.FIRST_SIGNATURE: "ký Chủ tài khoản",
}
"""What the side does, to be put after "đã" or "không có quyền"."""

_PRINTED_TITLE = {
    ServiceTitle.DELEGATED_CHIEF_ACCOUNTANT: "TUQ. Kế toán trưởng",
    ServiceTitle.DELEGATED_ACCOUNT_HOLDER: "TUQ. Chủ tài khoản",
}

_TITLES_OF_SIDE = {
    Side.MAKER: frozenset({ServiceTitle.ACCOUNTANT}),
    Side.SECOND_SIGNATURE: frozenset({ServiceTitle.CHIEF_ACCOUNTANT, ServiceTitle.DELEGATED_CHIEF_ACCOUNTANT}),
    Side.FIRST_SIGNATURE: frozenset({ServiceTitle.ACCOUNT_HOLDER, ServiceTitle.DELEGATED_ACCOUNT_HOLDER}),
}


class Reason(StrEnum):
    """Why a person may not take a step."""

    INACTIVE = "inactive"
    OTHER_UNIT = "other_unit"
    WRONG_TITLE = "wrong_title"
    NO_SECOND_SIGNATURE = "no_second_signature"
    SAME_PERSON = "same_person"
    SAME_IDENTITY = "same_identity"
    SAME_CERTIFICATE = "same_certificate"
    SAME_PROVIDER_ACCOUNT = "same_provider_account"
    NO_GRANT = "no_grant"
    DELEGATION_EXPIRED = "delegation_expired"
    DELEGATION_WITHOUT_END = "delegation_without_end"
    CERTIFICATE_MISSING = "certificate_missing"
    CERTIFICATE_NOT_YET_VALID = "certificate_not_yet_valid"
    CERTIFICATE_EXPIRED = "certificate_expired"


@dataclass(frozen=True, slots=True)
class Grant:
    """A member's right to act on one account in one title."""

    member_id: str
    """Whose right."""
    account_number: str
    """On which account."""
    title: ServiceTitle
    """In which title."""
    valid_from: date
    """First day."""
    valid_to: date | None
    """Last day, through 24:00 Vietnam time; None is open-ended and never good enough for a delegate."""

    def covers(self, account: str, on: date) -> bool:
        """True when the right on ``account`` exists on this Vietnam day."""
        if account != self.account_number or on < self.valid_from or self.lacks_end:
            return False
        return self.valid_to is None or on <= self.valid_to

    @property
    def lacks_end(self) -> bool:
        """A delegation must name its last day; without one it gives no right."""
        return is_delegated(self.title) and self.valid_to is None


@dataclass(frozen=True, slots=True)
class Person:
    """A member as the rules see one."""

    id: str
    """Ours."""
    unit_id: str | None
    """None for Treasury staff."""
    full_name: str
    """As registered; shown in sentences."""
    identity_key: str
    """Keyed hash of the identity number: equal means the same human being."""
    title: ServiceTitle
    """The one title, in which the person acts."""
    active: bool
    """False once removed or suspended."""
    acting: bool = False
    """Shown as Phụ trách kế toán: holds the chief accountant's permission where none is appointed."""
    certificate_serial: str | None = None
    """Of the registered certificate; None when nothing is registered."""
    certificate_valid_from: datetime | None = None
    """Aware."""
    certificate_valid_to: datetime | None = None
    """Aware; the first moment at which it is no longer valid."""
    provider: str | None = None
    """Slug of the certificate authority."""
    provider_login: str | None = None
    """User name there; two people behind one login are one hand."""

    @property
    def shown_title(self) -> ServiceTitle:
        """The title people see."""
        return shown_title(self.title, acting=self.acting)


@dataclass(frozen=True, slots=True)
class Ineligible:
    """Why not, for the machine and for the person."""

    reason: Reason
    sentence: str
    """Vietnamese, says what to do."""
    account: str | None = None
    """The account without a right."""
    ended_on: date | None = None
    """Last day of an expired delegation or certificate."""


def shown_title(title: ServiceTitle, *, acting: bool) -> ServiceTitle:
    """What is shown and printed of somebody who acts in ``title``."""
    return ServiceTitle.ACTING_CHIEF_ACCOUNTANT if acting and title is ServiceTitle.CHIEF_ACCOUNTANT else title


def permission_of(title: ServiceTitle) -> ServiceTitle:
    """The permission that a title of a unit stands for."""
    return ServiceTitle.CHIEF_ACCOUNTANT if title is ServiceTitle.ACTING_CHIEF_ACCOUNTANT else title


def is_delegated(title: ServiceTitle) -> bool:
    """True for the two titles that sign in somebody's place."""
    return title in _PRINTED_TITLE


def side_of(title: ServiceTitle) -> Side | None:
    """The side a title belongs to; None for Treasury staff, who are never on a unit's side."""
    return next((side for side, titles in _TITLES_OF_SIDE.items() if permission_of(title) in titles), None)


def titles_of(step: Side, single_accountant_unit: bool = False) -> frozenset[ServiceTitle]:
    """Titles that may take the step; where there is only one accountant, the accounting side also prepares."""
    if step is Side.MAKER and single_accountant_unit:
        return _TITLES_OF_SIDE[Side.MAKER] | _TITLES_OF_SIDE[Side.SECOND_SIGNATURE]
    return _TITLES_OF_SIDE[step]


def printed_title(title: ServiceTitle) -> str:
    """The title with its signing capacity, as printed beside a signature: ``TUQ. Chủ tài khoản``."""
    return _PRINTED_TITLE.get(title, TITLE_LABEL[title])


def why_not_eligible(
    person: Person,
    step: Side,
    *,
    accounts: Collection[str],
    grants: Collection[Grant],
    at: datetime,
    earlier: Mapping[Side, Person],
    single_accountant_unit: bool = False,
    second_signature: bool = True,
) -> Ineligible | None:
    """The first reason why ``person`` may not take ``step`` at this moment, or None.

    accounts: every debit account of the dossier. grants: may hold other people's, only the person's own count.
    at: aware. earlier: who already acted in this version of the dossier, the maker included; an entry for ``step``
    itself is the person acting again, not a conflict. second_signature: False in a unit that has none, where nobody
    takes that step.
    """
    checks = (
        _no_such_step(step, second_signature),
        _standing(person, step, earlier, single_accountant_unit),
        _separation(person, step, earlier, single_accountant_unit),
        _rights(person, step, accounts, grants, vietnam_date(at), single_accountant_unit),
        _certificate(person, step, at),
    )
    return next((found for check in checks for found in check), None)


def _no_such_step(step: Side, second_signature: bool) -> Iterator[Ineligible]:
    if step is Side.SECOND_SIGNATURE and not second_signature:
        sentence = "Đơn vị này không có chữ ký thứ hai: hồ sơ trình thẳng Chủ tài khoản. Tải lại hồ sơ."
        yield Ineligible(Reason.NO_SECOND_SIGNATURE, sentence)


def _standing(person: Person, step: Side, earlier: Mapping[Side, Person], single: bool) -> Iterator[Ineligible]:
    name = person.full_name
    if not person.active:
        yield Ineligible(Reason.INACTIVE, f"{name} không còn tham gia dịch vụ. Bạn hãy chọn người khác.")
    if any(other.unit_id != person.unit_id for other in earlier.values()):
        yield Ineligible(Reason.OTHER_UNIT, f"{name} không thuộc đơn vị lập hồ sơ. Bạn hãy chọn người khác.")
    if person.title not in titles_of(step, single):
        sentence = (
            f"{name} là {TITLE_LABEL[person.shown_title]}, không có quyền {SIDE_LABEL[step]}. Bạn hãy chọn người khác."
        )
        yield Ineligible(Reason.WRONG_TITLE, sentence)


def _separation(person: Person, step: Side, earlier: Mapping[Side, Person], single: bool) -> Iterator[Ineligible]:
    for side, other in earlier.items():
        if side is step or (single and {side, step} == {Side.MAKER, Side.SECOND_SIGNATURE}):
            continue
        shared = _what_is_shared(person, other)
        if shared is not None:
            yield Ineligible(shared, _shared_sentence(shared, person, other, side))


def _what_is_shared(one: Person, other: Person) -> Reason | None:
    if one.id == other.id:
        return Reason.SAME_PERSON
    if one.identity_key == other.identity_key:
        return Reason.SAME_IDENTITY
    if one.certificate_serial is not None and _certificate_key(one) == _certificate_key(other):
        return Reason.SAME_CERTIFICATE
    if one.provider_login is not None and _provider_account(one) == _provider_account(other):
        return Reason.SAME_PROVIDER_ACCOUNT
    return None


def _certificate_key(person: Person) -> tuple[str | None, str]:
    """Serial numbers are unique within one authority only; hexadecimal case means nothing."""
    return person.provider, (person.certificate_serial or "").casefold()


def _provider_account(person: Person) -> tuple[str | None, str]:
    return person.provider, (person.provider_login or "").strip().casefold()


def _shared_sentence(shared: Reason, person: Person, other: Person, side: Side) -> str:
    did = f"đã {SIDE_LABEL[side]} này" if side is Side.MAKER else f"đã {SIDE_LABEL[side]} hồ sơ này"
    facts = {
        Reason.SAME_PERSON: f"{person.full_name} {did} nên không thể làm bước tiếp theo.",
        Reason.SAME_IDENTITY: f"{person.full_name} trùng giấy tờ tùy thân với {other.full_name}, người {did}.",
        Reason.SAME_CERTIFICATE: f"{person.full_name} dùng chung chứng thư số với {other.full_name}, người {did}.",
    }
    shared_login = f"{person.full_name} dùng chung tài khoản ký số với {other.full_name}, người {did}."
    return f"{facts.get(shared, shared_login)} Bạn hãy chọn người khác."


def _rights(
    person: Person, step: Side, accounts: Collection[str], grants: Collection[Grant], on: date, single: bool
) -> Iterator[Ineligible]:
    # A right counts in the title the person signs with; only a maker may use any title that prepares.
    titles = titles_of(step, single) if step is Side.MAKER else frozenset({person.title})
    own = [grant for grant in grants if grant.member_id == person.id and grant.title in titles]
    for account in sorted(accounts):
        if not any(grant.covers(account, on) for grant in own):
            yield _missing_right(person, account, [grant for grant in own if grant.account_number == account], on)


def _missing_right(person: Person, account: str, own: list[Grant], on: date) -> Ineligible:
    delegations = [grant for grant in own if is_delegated(grant.title)]
    if any(grant.lacks_end for grant in delegations):
        sentence = f"Ủy quyền của {person.full_name} trên tài khoản {account} chưa có ngày kết thúc. Cần bổ sung."
        return Ineligible(Reason.DELEGATION_WITHOUT_END, sentence, account=account)
    ends = [grant.valid_to for grant in delegations if grant.valid_to is not None and grant.valid_to < on]
    if ends:
        expired = f"Ủy quyền của {person.full_name} trên tài khoản {account} đã hết hạn ngày {max(ends):%d/%m/%Y}."
        sentence = f"{expired} Bạn hãy chọn người khác."
        return Ineligible(Reason.DELEGATION_EXPIRED, sentence, account=account, ended_on=max(ends))
    sentence = f"Hôm nay {person.full_name} không có quyền trên tài khoản {account}. Bạn hãy chọn người khác."
    return Ineligible(Reason.NO_GRANT, sentence, account=account)


def _certificate(person: Person, step: Side, at: datetime) -> Iterator[Ineligible]:
    if step is Side.MAKER:
        return
    name, starts, ends = person.full_name, person.certificate_valid_from, person.certificate_valid_to
    if not (person.certificate_serial and person.provider and person.provider_login and starts and ends):
        sentence = f"{name} chưa đăng ký chứng thư số từ xa. Cần đăng ký chứng thư số trước khi ký."
        yield Ineligible(Reason.CERTIFICATE_MISSING, sentence)
    elif at < starts:
        sentence = (
            f"Chứng thư số của {name} có hiệu lực từ ngày {vietnam_date(starts):%d/%m/%Y}. Bạn hãy chọn người khác."
        )
        yield Ineligible(Reason.CERTIFICATE_NOT_YET_VALID, sentence)
    elif at >= ends:
        last = vietnam_date(ends)
        sentence = f"Chứng thư số của {name} đã hết hạn ngày {last:%d/%m/%Y}. Cần gia hạn và đăng ký lại chứng thư số."
        yield Ineligible(Reason.CERTIFICATE_EXPIRED, sentence, ended_on=last)
