"""Certificates of a registration when the Treasury decides: what was good when it was bound may not be so any more."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy import select

from backend.domain.errors import CertificateNoMore, Invalid
from backend.domain.workdays import vietnam_date
from backend.models import Certificate, Registration, Unit
from backend.sandbox.certify import OFFICIAL_DUTY, certify, government_root
from backend.sandbox.people import Subscriber
from backend.services.people import active_certificate
from backend.services.registration.approve import Approval
from backend.services.registration.certificates_now import require_lasting, signers_of
from tests.support.certificates import Declarer, subscribes
from tests.support.registrations import Changer, Clerk, LicensedCa, Registrant, a_declaration, on_tokens
from tests.support.world import Member, World

NUMBERS = {"Lê Thị Mai Ngân": "031195000011", "Phạm Quốc Đỉnh": "031085000012", "Đỗ Thu Hường": "031188000013"}
NUMBERS |= {"Nguyễn Hữu Khải": "031075000014", "Vũ Thị Ánh Tuyết": "031178000015"}


@pytest.fixture
def ca(world: World) -> LicensedCa:
    return LicensedCa(world)


@pytest.fixture
def officer(world: World) -> Clerk:
    return Clerk(world, world.officer)


@pytest.fixture
def head(world: World) -> Clerk:
    return Clerk(world, world.head)


def test_a_certificate_revoked_since_it_was_bound_is_never_brought_into_force(
    world: World, ca: LicensedCa, officer: Clerk, head: Clerk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor one whose CA lost its licence. The CA is asked again; its silence stops nobody, but is written down."""
    unit = Declarer(world)
    unit.registers(ca)
    chief = unit.sees()["content"]["members"][1]["id"]
    person, serial = subscribes(world, "vnpt")
    (candidate,) = unit.looks_up(chief, person)
    unit.binds_candidate(chief, candidate["sealed"])
    unit.completes()
    unit.signs(ca)
    officer.checks(unit.id)
    with monkeypatch.context() as silence:
        silence.setattr("backend.adapters.certificates.revocation.fetch", lambda *args: None)
        assert head.prepares(unit.id).unanswered == ["Phạm Văn Đạt", "Nguyễn Thị Hà"]
    # The account holder's CA of these tests has no responder; the chief accountant's answers.
    assert head.prepares(unit.id).unanswered == ["Nguyễn Thị Hà"]
    change = Changer(world, world.maker)
    change.begins()
    licence = world.folder / "trust" / "sandbox-vnpt.pem"
    kept = licence.read_bytes()
    licence.unlink()
    with pytest.raises(CertificateNoMore) as refused:
        head.approves(unit.id)
    assert "không thuộc nhà cung cấp được phép" in refused.value.facts["reason"]
    with change.row() as (session, row):
        # People of that CA sign there already: the change brings none of their certificates into force.
        assert signers_of(row)
        require_lasting(session, world.house, row)
    licence.write_bytes(kept)
    person.loses(serial)

    with pytest.raises(CertificateNoMore) as refused:
        head.approves(unit.id)

    assert refused.value.facts["name"] == "Phạm Văn Đạt"
    assert "thu hồi" in refused.value.facts["reason"]
    assert head.sees(unit.id)["registration"]["stage"] == "checked"


@pytest.mark.parametrize("database", ["sqlite"])
def test_what_differs_in_a_certificate_is_shown_and_one_that_ended_is_neither_proposed_nor_approved(
    world: World, ca: LicensedCa, officer: Clerk, head: Clerk
) -> None:
    unit = Registrant(world)
    unit.submits(ca)
    id_ = unit.id

    def chief(right_ends: str | None = None, **changed: str) -> str:
        """Changed behind everybody's back; when the certificate ends."""
        with world.rows() as session:
            row = session.get_one(Registration, id_)
            members = [dict(each) for each in row.content["members"]]
            members[1]["certificate"] = {**members[1]["certificate"], **changed}
            members[1]["grants"] = [{**grant, "end_date": right_ends} for grant in members[1]["grants"]]
            row.content = {**row.content, "members": members}
            return str(members[1]["certificate"]["valid_to"])

    # A right without an end is the usual one; one that names a later day than the certificate's is told.
    assert officer.sees(id_)["certificate_notes"] == []
    last = vietnam_date(datetime.fromisoformat(chief()))
    chief(right_ends=f"{last:%Y-%m-%d}")
    assert officer.sees(id_)["certificate_notes"] == []
    chief(right_ends="2099-12-31")
    (told,) = officer.sees(id_)["certificate_notes"]
    assert told["sentence"].startswith(f"Quyền có giá trị đến 31/12/2099, nhưng chứng thư số hết hạn {last:%d/%m/%Y}.")
    chief()
    chief(mismatch="Số giấy tờ trên chứng thư số khác với kê khai.")
    noted = {"full_name": "Phạm Văn Đạt", "sentence": "Số giấy tờ trên chứng thư số khác với kê khai."}
    assert officer.sees(id_)["certificate_notes"] == [noted]
    officer.checks(id_)
    assert head.sees(id_)["certificate_notes"] == [noted]
    until = (world.clock.now() - timedelta(minutes=1)).isoformat()
    chief(valid_to=until)

    with pytest.raises(CertificateNoMore) as refused:
        head.approves(id_)

    assert refused.value.facts["name"] == "Phạm Văn Đạt"
    assert [each["sentence"] for each in head.sees(id_)["certificate_notes"]] == [
        noted["sentence"],
        refused.value.facts["reason"],
    ]
    head.sends_back(id_)
    with pytest.raises(CertificateNoMore):
        officer.proposes(id_)
    assert officer.returns(id_)["registration"]["stage"] == "returned"


def test_of_two_units_that_bound_one_certificate_to_two_persons_at_once_the_first_approval_wins(
    world: World, ca: LicensedCa, officer: Clerk, head: Clerk
) -> None:
    """One name, two identity numbers, one certificate: each was bound before the other was there to be seen."""
    one, other = Registrant(world), Registrant(world)
    one.submits(ca)
    parts = a_declaration("1990010")
    parts["members"][1]["id_number"] = "031085000077"
    other.types(parts)
    other.makes_accounts()
    other.grants_everything()
    other.saves()
    other.binds(ca)
    other.completes()
    other.signs(ca)
    for unit in (one, other):
        officer.checks(unit.id)
    prepared = [head.prepares(unit.id) for unit in (one, other)]

    gate = Barrier(2)

    def approves(each: Approval) -> str | None:
        """Who is named by the refusal."""
        gate.wait()
        try:
            head.approves(each.registration_id, each)
        except CertificateNoMore as error:
            return str(error.facts["name"])
        return None

    with ThreadPoolExecutor(2) as both:
        ended = list(both.map(approves, prepared))

    assert sorted(ended, key=str) == [None, "Phạm Văn Đạt"]
    loser = prepared[ended.index("Phạm Văn Đạt")].registration_id
    seen = head.sees(loser)
    assert seen["registration"]["stage"] == "checked"
    assert [each["full_name"] for each in seen["certificate_notes"]] == ["Phạm Văn Đạt"]
    with pytest.raises(CertificateNoMore):
        head.prepares(loser)
    with world.house.read() as session:
        code = session.get_one(Registration, loser).budget_relation_code
        assert session.scalars(select(Unit).where(Unit.budget_relation_code == code)).all() == []


class TokenChanger(Changer, Declarer):
    """Changes a unit on USB tokens, with the calls about certificates."""


def _duty_token(name: str, number: str, *, ended: bool = False) -> bytes:
    """A certificate for official duty, issued under the Government Cipher Committee."""
    now = datetime.now(UTC)
    last = now - timedelta(days=1) if ended else now + timedelta(days=300)
    person = Subscriber("vnpt", number, name, number)
    return certify(None, person, 1, now - timedelta(days=2), last, OFFICIAL_DUTY).der  # type: ignore[arg-type]


def _signs_by(world: World, member: Member, der: bytes) -> None:
    """The token has been in force since before the wizard."""
    with world.rows() as session:
        facts, row = world.house.certificates.facts(der, [], world.clock.now()), world.certificate_of(member)
        kept = session.get_one(Certificate, row.id)
        kept.der, kept.chain, kept.fingerprint = der, [], facts.fingerprint
        kept.valid_from, kept.valid_to = facts.valid_from, facts.valid_to


@pytest.mark.parametrize("database", ["sqlite"])
def test_a_token_of_the_cipher_committee_is_renewed_by_one_of_the_same_person_and_kind(
    world: World, ca: LicensedCa, officer: Clerk, head: Clerk
) -> None:
    """Whoever signs by such a token cannot sign in another way; nobody else comes to one here."""
    (world.folder / "trust" / "duty.pem").write_bytes(government_root())
    on_tokens(world, world.maker)
    name, number = "Nguyễn Hữu Khải", NUMBERS["Nguyễn Hữu Khải"]
    _signs_by(world, world.holder, _duty_token(name, number))
    change = TokenChanger(world, world.maker)
    change.begins()
    change.types_numbers(NUMBERS)
    change.types_unit(phone="02253888999", email="ketoan@hoaphuong.example")

    def refused(member: Member, token: bytes) -> str:
        with pytest.raises(Invalid) as found:
            change.uploads(member.id, token)
        return found.value.problems[0].sentence

    assert "không phải của thành viên này" in refused(
        world.holder, _duty_token("Phạm Quốc Đỉnh", NUMBERS["Phạm Quốc Đỉnh"])
    )
    assert "đã hết hạn" in refused(world.holder, _duty_token(name, number, ended=True))
    own = _duty_token("Phạm Quốc Đỉnh", NUMBERS["Phạm Quốc Đỉnh"])
    assert "do Ban Cơ yếu Chính phủ cấp không đăng ký được" in refused(world.chief, own)

    token = _duty_token(name, number)
    bound = change.member(change.uploads(world.holder.id, token), name)["certificate"]
    change.saves()
    with change.row() as (_, row):
        deputy = "Vũ Thị Ánh Tuyết"
        members = [
            {**each, "certificate": ca.bound(each)} if each["full_name"] == deputy else each
            for each in row.content["members"]
        ]
        row.content = {**row.content, "members": members}
    change.completes()
    change.signs(ca, "delegated_account_holder")
    assert officer.sees(change.id)["certificate_notes"] == []
    officer.checks(change.id)
    head.approves(change.id)

    with world.house.read() as session:
        in_force = active_certificate(session, world.holder.id)
        assert in_force is not None
        assert in_force.fingerprint == bound["fingerprint"]
    again = TokenChanger(world, world.maker)
    again.begins()
    members = again.sees()["content"]["members"]
    remote = [{**each, "signing_form": each["signing_form"] and "remote"} for each in members]
    told = [problem["sentence"] for problem in again.types(members=remote)["problems"] if problem["step"] == 4]
    assert any("cả đơn vị giữ hình thức USB token" in sentence for sentence in told)
