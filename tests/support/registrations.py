"""People of registrations, who speak verbs: whoever declares a unit, and the two persons at the Treasury office."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.domain.registration import Move
from backend.domain.registration_review import CHECK_LIST
from backend.domain.signing import Stamp
from backend.models import Certificate, Registration, RegistrationDocument, Unit, User
from backend.services.registration import desk, treasury_desk
from backend.services.registration.approve import Approval, approve, prepare_approval
from backend.services.registration.change import begin_change, terminate
from backend.services.registration.complete import complete, prepare_completion, reopen
from backend.services.registration.route import move
from backend.services.registration.signing_subject import submit_signed
from backend.services.registration.view import registration_view
from tests.adapters.pdf.pki import Party, issue
from tests.support.world import REASON, Member, World

CODE = "1990009"


def a_declaration(code: str = CODE) -> dict[str, Any]:
    """All parts of a small unit, as a browser sends them."""
    return {
        "unit": {
            "treasury_code": "0064",
            "budget_relation_code": code,
            "unit_name": "Trường Mầm non Sao Mai",
            "phone": "0225 3888 999",
            "email": "ketoan@saomai.example",
            "fax": "",
            "address": "",
            "superior_body": "",
            "single_accountant_unit": False,
            "unit_kind": "budget_unit",
        },
        "services": ["balance_reconciliation", "mobile_use"],
        "ledgers": [
            {
                "ledger_account": "3713",
                "account_name": "Tiền gửi khác",
                "budget_level": 0,
                "program_code": "",
                "valid_from": None,
                "valid_to": None,
            }
        ],
        "relations": [{"relation_or_project_code": code, "name": "Trường Mầm non Sao Mai"}],
        "members": [
            a_member("Lê Thị Ngọc", "031195000091", "accountant"),
            a_member("Phạm Văn Đạt", "031085000092", "chief_accountant"),
            a_member("Nguyễn Thị Hà", "031175000093", "account_holder"),
        ],
    }


def a_member(name: str, number: str, title: str, **changed: Any) -> dict[str, Any]:
    return {
        "id": None,
        "project_code": "",
        "full_name": name,
        "id_number": number,
        "id_issue_date": "2021-05-01",
        "id_issue_place": "Bộ Công an",
        "email": f"{number}@saomai.example",
        "mobile_phone": "0900000091",
        "service_title": title,
        "permissions": [title],
        "signing_form": None if title == "accountant" else "remote",
        "grants": [],
        **changed,
    }


ROOT = "Licensed Root of the registrations"


@cache
def _root() -> Party:
    return issue(ROOT, authority=True)


@cache
def _certified(name: str) -> Party:
    """Made once in a process: keys take most of the time of a test."""
    return issue(name, _root())


class LicensedCa:
    """A CA that the house trusts; it gives out certificates whose keys the tests hold."""

    def __init__(self, world: World) -> None:
        (world.folder / "trust").mkdir(exist_ok=True)
        (world.folder / "trust" / "registrations.pem").write_bytes(_root().pem)
        self.of: dict[str, Party] = {}
        """Certificate and key by member of a content."""

    def bound(self, member: dict[str, Any]) -> dict[str, Any]:
        """A new certificate of the member, as the content keeps it."""
        party = self.of[member["id"]] = _certified(member["full_name"])
        remote = member["signing_form"] == "remote"
        return {
            "provider": "vnpt" if remote else "",
            "provider_login": member["id_number"] if remote else "",
            "der": base64.b64encode(party.der).decode(),
            "chain": [base64.b64encode(_root().der).decode()],
            "fingerprint": party.fingerprint.hex(),
            "serial_number": f"{party.certificate.serial_number:x}",
            "subject_name": member["full_name"],
            "issuer_name": ROOT,
            "valid_from": party.certificate.not_valid_before_utc.isoformat(),
            "valid_to": party.certificate.not_valid_after_utc.isoformat(),
        }

    def stranger(self, name: str) -> Party:
        """Somebody's certificate that is registered for nobody."""
        return issue(name, _root())


class Registrant:
    """Whoever holds the link."""

    def __init__(self, world: World) -> None:
        self.world = world
        with world.house.begin() as session:
            row, self.secret = desk.begin(session, world.house)
            self.id = row.id

    @contextmanager
    def row(self) -> Iterator[tuple[Session, Registration]]:
        """The dossier in a writing session."""
        with self.world.house.begin() as session:
            yield session, session.get_one(Registration, self.id)

    def sees(self) -> dict[str, Any]:
        with self.row() as (session, row):
            return registration_view(session, self.world.house, row)

    def types(self, parts: dict[str, Any], version: int | None = None) -> dict[str, Any]:
        with self.row() as (session, row):
            desk.save_parts(session, self.world.house, row, version or row.version, parts)
        return self.sees()

    def types_again(self) -> dict[str, Any]:
        """The same once more: somebody looks after it."""
        content = self.sees()["content"]
        return self.types({name: content[name] for name in desk.PARTS})

    def makes_accounts(self, **words: Any) -> dict[str, Any]:
        with self.row() as (session, row):
            desk.make_accounts(session, self.world.house, row, row.version, **words)
        return self.sees()

    def saves(self) -> dict[str, Any]:
        with self.row() as (session, row):
            desk.save(session, self.world.house, row, row.version)
        return self.sees()

    def cancels(self) -> dict[str, Any]:
        with self.row() as (session, row):
            desk.cancel(session, self.world.house, row, row.version)
        return self.sees()

    def declares(self, code: str = CODE) -> dict[str, Any]:
        """Everything that the first Lưu needs."""
        self.types(a_declaration(code))
        return self.makes_accounts()

    def grants_everything(self) -> dict[str, Any]:
        """Every member may use every account; delegates until the end of the clock's next year."""
        with self.row() as (session, row):
            accounts = row.content["accounts"]
            members = [{**member, "grants": _on(self.world, member, accounts)} for member in row.content["members"]]
            parts = {name: row.content[name] for name in desk.PARTS}
            desk.save_parts(session, self.world.house, row, row.version, {**parts, "members": members})
        return self.sees()

    def binds(self, ca: LicensedCa) -> dict[str, Any]:
        """Every signer of the content has a certificate of ``ca``; written as binding one would."""
        with self.row() as (_, row):
            members = [
                {**member, "certificate": ca.bound(member)} if member["permissions"] != ["accountant"] else member
                for member in row.content["members"]
            ]
            row.content = {**row.content, "members": members}
        return self.sees()

    def registers(self, ca: LicensedCa, code: str = CODE) -> dict[str, Any]:
        """Everything up to the second Lưu: saved once, complete, every signer with a certificate."""
        self.declares(code)
        self.grants_everything()
        self.saves()
        return self.binds(ca)

    def completes(self) -> dict[str, Any]:
        """The second Lưu: the declarations are made."""
        made = prepare_completion(self.world.house, self.id, self.sees()["version"])
        with self.row() as (session, row):
            complete(session, self.world.house, row, made)
        return self.sees()

    def reopens(self) -> dict[str, Any]:
        """The unit takes up what the Treasury sent back."""
        with self.row() as (session, row):
            reopen(session, self.world.house, row, row.version)
        return self.sees()

    def signs(self, ca: LicensedCa, title: str = "account_holder", **wrong: Any) -> dict[str, Any]:
        """The holder of ``title`` signs every declaration with the key of ``ca``, and the dossier is submitted.

        ``wrong``: another ``party`` signs instead.
        """
        house, seen = self.world.house, self.sees()
        (signer,) = [each for each in seen["content"]["members"] if title in each["permissions"]]
        party = wrong.get("party") or ca.of[signer["id"]]
        signed = [(each["id"], self._signed(each["id"], signer["full_name"], party)) for each in seen["documents"]]
        with self.row() as (session, row):
            changes = {"signer_id": signer["id"]}
            move(session, house, row, Move.SIGN, name=signer["full_name"], changes=changes)
            submit_signed(session, house, row, signed, signer["full_name"])
        return self.sees()

    def _signed(self, document_id: str, name: str, party: Party) -> str:
        house = self.world.house
        with house.read() as session:
            document = session.get_one(RegistrationDocument, document_id)
            pdf = house.blobs.get(document.sha256)
        (cell, *_) = house.forms.cells(document.form_code, pdf)
        stamp = Stamp(name, "Chủ tài khoản", house.clock.now(), "0badf00d")
        prepared = house.signer.prepare(pdf, cell, stamp, party.der, first=True, last=False)
        return house.blobs.put(house.signer.embed(prepared, party.signs(prepared.digest), party.der, []))

    def submits(self, ca: LicensedCa, code: str = CODE) -> dict[str, Any]:
        """Everything up to the Treasury's desk."""
        self.registers(ca, code)
        self.completes()
        return self.signs(ca)


@dataclass
class Clerk:
    """A person at the Treasury office."""

    world: World
    member: Member

    def _does(self, use_case: Callable[..., dict[str, object]], *args: Any, **words: Any) -> dict[str, Any]:
        with self.world.house.begin() as session:
            return use_case(session, self.world.house, self.member.caller, *args, **words)

    def sees(self, id_: str) -> dict[str, Any]:
        with self.world.house.read() as session:
            return treasury_desk.detail(session, self.world.house, self.member.caller, id_)

    def lists(self, **words: Any) -> dict[str, Any]:
        with self.world.house.read() as session:
            return treasury_desk.work_list(session, self.world.house, self.member.caller, **words)

    def version(self, id_: str) -> int:
        return int(self.sees(id_)["registration"]["version"])

    def opens(self, id_: str) -> dict[str, Any]:
        return self._does(treasury_desk.open_, id_, self.version(id_))

    def ticks(self, id_: str, *names: str) -> dict[str, Any]:
        """These items; without names all of them."""
        return self._does(treasury_desk.keep_check_list, id_, self.version(id_), list(names or CHECK_LIST))

    def returns(self, id_: str, reason: str = REASON) -> dict[str, Any]:
        return self._does(treasury_desk.return_, id_, self.version(id_), reason)

    def proposes(self, id_: str) -> dict[str, Any]:
        return self._does(treasury_desk.propose, id_, self.version(id_))

    def checks(self, id_: str) -> dict[str, Any]:
        """Everything an officer does with a dossier that is in order."""
        self.opens(id_)
        self.ticks(id_)
        return self.proposes(id_)

    def sends_back(self, id_: str, reason: str = REASON) -> dict[str, Any]:
        return self._does(treasury_desk.send_back, id_, self.version(id_), reason)

    def rejects(self, id_: str, reason: str = REASON) -> dict[str, Any]:
        return self._does(treasury_desk.reject, id_, self.version(id_), reason)

    def prepares(self, id_: str) -> Approval:
        """The first half of an approval: judged and countersigned, nothing written."""
        return prepare_approval(self.world.house, self.member.caller, id_, self.version(id_))

    def approves(self, id_: str, prepared: Approval | None = None) -> dict[str, Any]:
        return self._does(approve, prepared or self.prepares(id_))


def _on(world: World, member: dict[str, Any], accounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    delegated = any(title.startswith("delegated") for title in member["permissions"])
    end = f"{world.clock.now().year + 1}-12-31" if delegated else None
    return [
        {
            "account_number": account["account_number"],
            "program_code": account["program_code"],
            "start_date": None,
            "end_date": end,
        }
        for account in accounts
    ]


class Changer(Registrant):
    """A member of a unit, who changes its registration."""

    def __init__(self, world: World, member: Member) -> None:
        self.world = world
        self.by = member.caller

    def begins(self) -> dict[str, Any]:
        with self.world.house.begin() as session:
            self.id = str(begin_change(session, self.world.house, self.by)["id"])
        return self.sees()

    def types(self, parts: dict[str, Any] | None = None, version: int | None = None, **changed: Any) -> dict[str, Any]:
        """What stands there, but for what is said."""
        with self.row() as (session, row):
            now = parts or {name: row.content[name] for name in desk.PARTS}
            desk.save_parts(session, self.world.house, row, version or row.version, {**now, **changed}, by=self.by)
        return self.sees()

    def types_unit(self, **changed: Any) -> dict[str, Any]:
        return self.types(unit={**self.sees()["content"]["unit"], **changed})

    def types_numbers(self, numbers: Mapping[str, str]) -> dict[str, Any]:
        """What rows of before the wizard do not know: identity papers and telephones, by name."""
        papers = {"id_issue_date": "2021-05-01", "id_issue_place": "Bộ Công an", "mobile_phone": "0900000091"}
        members = self.sees()["content"]["members"]
        return self.types(members=[{**each, **papers, "id_number": numbers[each["full_name"]]} for each in members])

    def saves(self) -> dict[str, Any]:
        with self.row() as (session, row):
            desk.save(session, self.world.house, row, row.version, by=self.by)
        return self.sees()

    def terminates(self, yes: bool = True) -> dict[str, Any]:
        with self.row() as (session, row):
            terminate(session, self.world.house, row, row.version, terminate=yes, by=self.by)
        return self.sees()

    def member(self, seen: Mapping[str, Any], name: str) -> dict[str, Any]:
        """The person of that name."""
        (found,) = [member for member in seen["content"]["members"] if member["full_name"] == name]
        return found  # type: ignore[no-any-return]


def on_tokens(world: World, member: Member) -> None:
    """The member's unit as it was before remote signing."""
    unit_id = member.caller.unit_id
    with world.house.begin() as session:
        session.execute(update(Unit).where(Unit.id == unit_id).values(signing_form="usb_token"))
        of_unit = Certificate.user_id.in_(select(User.id).where(User.unit_id == unit_id))
        session.execute(update(Certificate).where(of_unit).values(provider="", provider_login=""))
