"""What a unit declares when it registers, as values, and the one JSON form in which it is stored.

Follows the four steps of the Treasury's wizard. Empty text and None mean "not filled in": a draft may be incomplete.
Does not: judge the content (``registration_check.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from enum import StrEnum
from itertools import product

from backend.domain.accounts import AccountNumber, goes_together
from backend.domain.json_reader import ObjectReader, read_object
from backend.domain.people import ServiceTitle
from backend.domain.units import UnitKind


class SigningForm(StrEnum):
    """How all signers of a unit sign; one form at a time."""

    USB_TOKEN = "usb_token"  # noqa: S105 - a form of signing, not a secret
    REMOTE = "remote"


@dataclass(frozen=True, slots=True)
class UnitPart:
    """Step 1: who registers, where."""

    treasury_code: str = ""
    budget_relation_code: str = ""
    unit_name: str = ""
    phone: str = ""
    email: str = ""
    fax: str = ""
    address: str = ""
    superior_body: str = ""
    """Cơ quan cấp trên, as the declarations print it above the unit's name; empty when there is none."""
    single_accountant_unit: bool = False
    """The unit has one accountant, who prepares and signs the second signature."""
    unit_kind: UnitKind = UnitKind.BUDGET_UNIT
    """What the unit is; says whether its vouchers have a second signature."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Step 2, first table: a kind of account the unit has opened at the Treasury."""

    ledger_account: str = ""
    account_name: str = ""
    budget_level: int | None = None
    program_code: str = ""
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class RelationRow:
    """Step 2, second table: a code under which the unit has accounts, its own or a project's."""

    relation_or_project_code: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class DeclaredAccount:
    """One account number of the product of the two tables."""

    account_number: str
    account_name: str
    program_code: str
    valid_from: date | None
    valid_to: date | None

    @property
    def key(self) -> tuple[str, str]:
        """What makes two accounts the same."""
        return self.account_number, self.program_code


@dataclass(frozen=True, slots=True)
class GrantRow:
    """A member's right on one account."""

    account_number: str = ""
    program_code: str = ""
    start_date: date | None = None
    end_date: date | None = None


@dataclass(frozen=True, slots=True)
class BoundCertificate:
    """A certificate fetched from a CA or read from a file, accepted and pinned. Base64 where bytes."""

    provider: str = ""
    """Slug; empty for a certificate on a USB token."""
    provider_login: str = ""
    der: str = ""
    chain: tuple[str, ...] = ()
    fingerprint: str = ""
    """SHA-256 of the DER, hexadecimal."""
    serial_number: str = ""
    subject_name: str = ""
    issuer_name: str = ""
    valid_from: str = ""
    """ISO 8601 with zone."""
    valid_to: str = ""
    mismatch: str = ""
    """How its holder differs from the member, where the house lets people decide; empty when both agree."""


@dataclass(frozen=True, slots=True)
class MemberPart:
    """Step 3: one person."""

    id: str = ""
    """Ours, stable over edits; a member of an approved unit keeps it in a change."""
    project_code: str = ""
    """Empty: not tied to a project."""
    full_name: str = ""
    id_number: str = ""
    id_issue_date: date | None = None
    id_issue_place: str = ""
    email: str = ""
    mobile_phone: str = ""
    service_title: ServiceTitle | None = None
    permissions: tuple[ServiceTitle, ...] = ()
    signing_form: SigningForm | None = None
    certificate: BoundCertificate | None = None
    grants: tuple[GrantRow, ...] = ()

    @property
    def signs(self) -> bool:
        """Needs a certificate: holds any permission beyond preparing."""
        return any(title is not ServiceTitle.ACCOUNTANT for title in self.permissions)


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A PDF the unit attached; the bytes lie in the blob store under their hash."""

    sha256: str = ""
    """Hexadecimal."""
    size: int = 0
    """Bytes."""
    pages: int = 0


@dataclass(frozen=True, slots=True)
class RegistrationContent:
    """Everything a unit declares."""

    unit: UnitPart = field(default_factory=UnitPart)
    services: tuple[str, ...] = ()
    """Codes of the ticked services; which there are is reference data."""
    ledgers: tuple[LedgerRow, ...] = ()
    relations: tuple[RelationRow, ...] = ()
    accounts: tuple[DeclaredAccount, ...] = ()
    members: tuple[MemberPart, ...] = ()
    terminate: bool = False
    """The unit stops using the service; only a change may say so."""
    appointment: AttachedFile | None = None
    """Of a change: the decision that appoints the new account holder (NĐ 11 art. 12.4.d). What is in force has none."""

    @classmethod
    def from_mapping(cls, mapping: Mapping[str, object]) -> RegistrationContent:
        """Read the JSON form; texts become NFC. Raises Invalid naming every field of a wrong type or name."""
        return read_object(mapping, _content)

    def to_mapping(self) -> dict[str, object]:
        """The JSON form, every part present."""
        return asdict(self, dict_factory=_in_json)


def _in_json(pairs: list[tuple[str, object]]) -> dict[str, object]:
    return {name: _json_value(value) for name, value in pairs}


def _json_value(value: object) -> object:
    if isinstance(value, tuple):
        return [_json_value(each) for each in value]
    if isinstance(value, date):
        return value.isoformat()
    return value.value if isinstance(value, StrEnum) else value


def account_product(content: RegistrationContent, without_projects: Collection[str]) -> tuple[DeclaredAccount, ...]:
    """Every ledger row with every code that goes with it, in table order; rows that are not whole yet give nothing.

    ``without_projects``: ledger accounts that codes of projects do not go with.
    """
    found: dict[tuple[str, str], DeclaredAccount] = {}
    for number, ledger in _pairs(content):
        if not goes_together(number, takes_projects=number.ledger_account not in without_projects):
            continue
        made = DeclaredAccount(
            str(number), ledger.account_name, ledger.program_code or "00000", ledger.valid_from, ledger.valid_to
        )
        found.setdefault(made.key, made)
    return tuple(found.values())


def left_out(content: RegistrationContent, without_projects: Collection[str]) -> tuple[str, ...]:
    """Numbers of the two tables that are not made, because the code does not go with the kind of account."""
    made = {account.account_number for account in account_product(content, without_projects)}
    return tuple(dict.fromkeys(str(number) for number, _ in _pairs(content) if str(number) not in made))


def _pairs(content: RegistrationContent) -> Iterator[tuple[AccountNumber, LedgerRow]]:
    for ledger, relation in product(content.ledgers, content.relations):
        if ledger.ledger_account and ledger.budget_level is not None and relation.relation_or_project_code:
            yield (
                AccountNumber(ledger.ledger_account, ledger.budget_level, relation.relation_or_project_code),
                ledger,
            )


def _content(read: ObjectReader) -> RegistrationContent:
    return RegistrationContent(
        unit=read.part("unit", _unit) or UnitPart(),
        services=read.texts("services"),
        ledgers=read.parts("ledgers", _ledger),
        relations=read.parts("relations", _relation),
        accounts=read.parts("accounts", _account),
        members=read.parts("members", _member),
        terminate=read.flag("terminate"),
        appointment=read.part("appointment", _attached),
    )


def _unit(read: ObjectReader) -> UnitPart:
    return UnitPart(
        treasury_code=read.text("treasury_code"),
        budget_relation_code=read.text("budget_relation_code"),
        unit_name=read.text("unit_name"),
        phone=read.text("phone"),
        email=read.text("email"),
        fax=read.text("fax"),
        address=read.text("address"),
        superior_body=read.text("superior_body"),
        single_accountant_unit=read.flag("single_accountant_unit"),
        unit_kind=read.choice("unit_kind", UnitKind) or UnitKind.BUDGET_UNIT,
    )


def _ledger(read: ObjectReader) -> LedgerRow:
    return LedgerRow(
        ledger_account=read.text("ledger_account"),
        account_name=read.text("account_name"),
        budget_level=read.whole("budget_level"),
        program_code=read.text("program_code"),
        valid_from=read.day("valid_from"),
        valid_to=read.day("valid_to"),
    )


def _relation(read: ObjectReader) -> RelationRow:
    return RelationRow(read.text("relation_or_project_code"), read.text("name"))


def _account(read: ObjectReader) -> DeclaredAccount:
    return DeclaredAccount(
        account_number=read.text("account_number"),
        account_name=read.text("account_name"),
        program_code=read.text("program_code"),
        valid_from=read.day("valid_from"),
        valid_to=read.day("valid_to"),
    )


def _attached(read: ObjectReader) -> AttachedFile:
    return AttachedFile(read.text("sha256"), read.whole("size") or 0, read.whole("pages") or 0)


def _grant(read: ObjectReader) -> GrantRow:
    return GrantRow(
        read.text("account_number"), read.text("program_code"), read.day("start_date"), read.day("end_date")
    )


def _certificate(read: ObjectReader) -> BoundCertificate:
    return BoundCertificate(
        provider=read.text("provider"),
        provider_login=read.text("provider_login"),
        der=read.text("der"),
        chain=read.texts("chain"),
        fingerprint=read.text("fingerprint"),
        serial_number=read.text("serial_number"),
        subject_name=read.text("subject_name"),
        issuer_name=read.text("issuer_name"),
        valid_from=read.text("valid_from"),
        valid_to=read.text("valid_to"),
        mismatch=read.text("mismatch"),
    )


def _member(read: ObjectReader) -> MemberPart:
    return MemberPart(
        id=read.text("id"),
        project_code=read.text("project_code"),
        full_name=read.text("full_name"),
        id_number=read.text("id_number"),
        id_issue_date=read.day("id_issue_date"),
        id_issue_place=read.text("id_issue_place"),
        email=read.text("email"),
        mobile_phone=read.text("mobile_phone"),
        service_title=read.choice("service_title", ServiceTitle),
        permissions=read.choices("permissions", ServiceTitle),
        signing_form=read.choice("signing_form", SigningForm),
        certificate=read.part("certificate", _certificate),
        grants=read.parts("grants", _grant),
    )
