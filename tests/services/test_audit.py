"""The audit is silent over a healthy world, and each of its twelve promises is broken here on purpose and found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from backend.audit.check import INVARIANTS, Report, report, snapshot
from backend.cli import cli
from backend.models import (
    Certificate,
    Document,
    Dossier,
    DossierLog,
    IdempotencyKey,
    ProviderInbox,
    SigningDocument,
    SigningTransaction,
    Unit,
    User,
    Voucher,
)
from backend.models.engine import WRITING, make_engine
from tests.support.servers import Sandbox
from tests.support.world import CA_PASSWORD, Template, World, world_from

ALL = [each.name for each in INVARIANTS]

pytestmark = pytest.mark.xdist_group("audit")
"""All in one process: they look at copies of one world."""


def _lives(world: World) -> None:
    """One dossier of every kind: delivered, late, refused, half-way, waiting for a phone, cancelled."""
    world.both_signed()
    world.hands.deliver()
    late = world.chief.signs(world.submitted(), world.holder)
    world.hands.work()
    world.chief.cancels_signing(late)
    world.phone.approves(world.chief)
    world.hands.work()
    world.chief.signs(world.submitted(), world.holder)
    world.hands.work()
    world.phone.refuses(world.chief)
    world.hands.work()
    recalled = world.second_signed()
    world.chief.withdraws(world.chief.sees(recalled))
    world.second_signed()
    world.maker.cancels(world.maker.drafts())
    world.chief.signs(world.submitted(), world.holder)
    world.hands.work()


@pytest.fixture(scope="module")
def lived(
    template_of: Callable[[str], Template], sandbox_ca: Sandbox, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """Such a world on SQLite; its files are copied for each breach."""
    with world_from(template_of("sqlite"), tmp_path_factory.mktemp("lived"), sandbox_ca, None) as world:
        _lives(world)
        yield world


class Ruin:
    """What is left of a world: its folder and its database. Of the people only what they were called."""

    def __init__(self, world: World, folder: Path) -> None:
        shutil.copytree(world.folder, folder, dirs_exist_ok=True)
        self.folder = folder
        self.url = f"sqlite:///{folder}/kkb.sqlite3"
        self._world = world

    def __getattr__(self, name: str) -> Any:
        return getattr(self._world, name)

    @contextmanager
    def rows(self) -> Iterator[Session]:
        engine = make_engine(self.url)
        with engine.connect().execution_options(**WRITING) as connection, Session(connection) as session:
            yield session
            session.commit()
        engine.dispose()


@pytest.fixture
def ruin(lived: World, tmp_path: Path) -> Ruin:
    return Ruin(lived, tmp_path)


def _url(world: World | Ruin) -> str:
    if isinstance(world, Ruin):
        return world.url
    url: str = world.house.sessions.kw["bind"].url.render_as_string(hide_password=False)
    return url


def _audit(world: World | Ruin, ledger: Any = None, **more: Any) -> Report:
    told = ledger or world.sandbox.ledger()
    return report(_url(world), world.folder / "blobs", world.folder / "treasury", told, **more)


def _one(session: Session, kind: type[Any], *which: Any) -> Any:
    return session.scalars(select(kind).where(*which).order_by(kind.id).limit(1)).one()


def _signed(session: Session, status: str = "settled") -> SigningTransaction:
    found: SigningTransaction = _one(session, SigningTransaction, SigningTransaction.status == status)
    return found


def _delivered(session: Session) -> Dossier:
    found: Dossier = _one(session, Dossier, Dossier.receipt_no.is_not(None))
    return found


def _blob(world: World, name: str) -> Path:
    return world.folder / "blobs" / name[:2] / name


def _rewritten(world: World, session: Session, signed: SigningDocument, change: Callable[[bytes], bytes]) -> None:
    """Another file in the place of a signed one, properly named, as somebody with all rights would do it."""
    content = change(_blob(world, signed.signed_sha256 or "").read_bytes())
    name = sha256(content).hexdigest()
    _blob(world, name).parent.mkdir(exist_ok=True)
    _blob(world, name).write_bytes(content)
    session.execute(update(Document).where(Document.sha256 == signed.signed_sha256).values(sha256=name))
    signed.signed_sha256 = name


def an_answer_without_its_request(world: World, session: Session) -> None:
    session.add(
        IdempotencyKey(
            user_id=world.chief.id,
            key="kept",
            route=f"POST /api/dossiers/{uuid4()}/sign",
            fingerprint="0" * 64,
            status=202,
            body={"id": str(uuid4())},
            created_at=world.clock.now(),
        )
    )


def an_answer_without_one_of_its_requests(world: World, session: Session) -> None:
    an_answer_without_its_request(world, session)
    session.flush()
    told = {"items": [{"signing_id": str(uuid4())}]}
    session.execute(update(IdempotencyKey).values(route="POST /api/batches", body=told))


def a_flipped_byte(world: World, session: Session) -> None:
    path = _blob(world, _signed(session).documents[0].signed_sha256 or "")
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))


def a_lost_signature(world: World, session: Session) -> None:
    _signed(session).documents[0].signature = None


def a_lost_revision(world: World, session: Session) -> None:
    session.delete(_one(session, Document, Document.sha256 == _signed(session).documents[0].signed_sha256))


def a_signature_used_twice(world: World, session: Session) -> None:
    one, other = session.scalars(select(SigningTransaction).where(SigningTransaction.status == "settled").limit(2))
    other.documents[0].signature = one.documents[0].signature


def two_signatures_at_one_step(world: World, session: Session) -> None:
    late, settled = _signed(session, "orphan"), _signed(session)
    late.status, late.subject_id, late.step = "settled", settled.subject_id, settled.step
    late.subject_version = settled.subject_version


def a_signed_file_that_nobody_signed(world: World, session: Session) -> None:
    document = _one(session, Document, Document.revision == "form", Document.dossier_id == _delivered(session).id)
    document.revision, document.content_version = "second_signature", 99


def another_certificate_in_the_request(world: World, session: Session) -> None:
    _signed(session).certificate_id = world.certificate_of(world.deputy_holder).id


def another_certificate_in_the_field(world: World, session: Session) -> None:
    document = _signed(session).documents[0]
    document.expected = [[name, world.certificate_of(world.deputy_holder).fingerprint] for name, _ in document.expected]


def a_signature_by_no_key(world: World, session: Session) -> None:
    document = _signed(session).documents[0]
    value = (document.signature or b"").hex().encode()

    def spoilt(pdf: bytes) -> bytes:
        at = pdf.lower().index(value)
        return pdf[:at] + (b"0" if pdf[at : at + 1] != b"0" else b"1") + pdf[at + 1 :]

    _rewritten(world, session, document, spoilt)


def a_page_changed_under_its_signature(world: World, session: Session) -> None:
    def changed(pdf: bytes) -> bytes:
        return pdf[:20] + bytes([pdf[20] ^ 1]) + pdf[21:]

    _rewritten(world, session, _signed(session).documents[0], changed)


def another_digest(world: World, session: Session) -> None:
    _signed(session).documents[0].digest = bytes(32)


def another_file_than_was_shown(world: World, session: Session) -> None:
    other = _signed(session, "orphan").documents[0]
    _signed(session).documents[0].seen_sha256 = other.seen_sha256


def a_file_that_is_none(world: World, session: Session) -> None:
    seen = _blob(world, _signed(session).documents[0].seen_sha256).read_bytes()
    _rewritten(world, session, _signed(session).documents[0], lambda pdf: seen[:-100])


def a_receipt_nobody_gave(world: World, session: Session) -> None:
    _delivered(session).receipt_no = "TN-0064-000000000000"


def a_second_acceptance(world: World, session: Session) -> None:
    first = next((world.folder / "treasury").glob("*/*"))
    shutil.copytree(first, first.with_name("again"))


def a_delivery_of_other_files(world: World, session: Session) -> None:
    path = next((world.folder / "treasury").glob("*/*/receipt.json"))
    told = json.loads(path.read_text())
    path.write_text(json.dumps({**told, "files": {"one.pdf": "0" * 64}}))


def an_officer_without_a_receipt(world: World, session: Session) -> None:
    _delivered(session).receipt_no = None
    _delivered_status(world, session)


def _delivered_status(world: World, session: Session) -> None:
    session.execute(update(Dossier).where(Dossier.status == "submitted").values(status="received"))


def a_state_moved_behind_the_log(world: World, session: Session) -> None:
    session.execute(update(Dossier).where(Dossier.status == "awaiting_account_holder").values(status="submitted"))


def a_step_that_is_no_edge(world: World, session: Session) -> None:
    _adds_log(world, session, "awaiting_account_holder", "paid")


def a_unit_whose_second_signature_is_gone(world: World, session: Session) -> None:
    session.execute(update(Unit).values(unit_kind="individual"))


def a_way_past_the_chief_accountant(world: World, session: Session) -> None:
    session.execute(update(Dossier).where(Dossier.status == "submitted").values(chief_id=None))


def a_pen_that_nobody_holds(world: World, session: Session) -> None:
    session.execute(
        update(SigningTransaction)
        .where(SigningTransaction.status == "waiting")
        .values(status="rejected", owner=None, next_at=None, sealed_session=None, ended_at=world.clock.now())
    )


def a_request_that_holds_no_pen(world: World, session: Session) -> None:
    late = _signed(session, "orphan")
    late.status = "waiting"


def another_amount(world: World, session: Session) -> None:
    session.execute(update(Voucher).where(Voucher.amount == 2_015_000).values(amount=9_999_999))


def a_revision_with_too_many_signatures(world: World, session: Session) -> None:
    document = _one(session, Document, Document.revision == "both_signatures")
    document.sha256 = _one(session, Document, Document.revision == "form", Document.void.is_(False)).sha256


def two_people_who_are_one(world: World, session: Session) -> None:
    key = session.get_one(User, world.chief.id).identity_key
    session.execute(update(User).where(User.id == world.holder.id).values(identity_key=key))


def two_people_with_one_certificate(world: World, session: Session) -> None:
    mark = world.certificate_of(world.chief)
    session.execute(
        update(Certificate).where(Certificate.user_id == world.holder.id).values(provider_login=mark.provider_login)
    )


def one_hand_in_both_fields(world: World, session: Session) -> None:
    session.execute(update(SigningTransaction).values(user_id=world.chief.id))


def a_maker_who_signs(world: World, session: Session) -> None:
    _signed(session).user_id = world.maker.id


def a_password_in_clear(world: World, session: Session) -> None:
    session.get_one(User, world.maker.id).password_hash = "Kho-bac-2026"


def a_token_in_an_answer(world: World, session: Session) -> None:
    _signed(session).raw_answers = ['{"data": {"access_token": "eyJhbGciOiJIUzI1NiJ9.e30.x"}}']


def a_password_in_a_knock(world: World, session: Session) -> None:
    session.add(
        ProviderInbox(
            provider="vnpt", body_sha256="0" * 64, body='{"password": "x"}', times=1, received_at=world.clock.now()
        )
    )


def something_left_to_do_after_the_end(world: World, session: Session) -> None:
    _signed(session, "rejected").next_at = world.clock.now()


def an_ending_told_as_another(world: World, session: Session) -> None:
    _signed(session).status = "failed"


def a_cancelled_dossier_that_went_on(world: World, session: Session) -> None:
    _adds_log(world, session, "cancelled", "draft")


def _adds_log(world: World, session: Session, from_status: str, to_status: str) -> None:
    dossier = _one(session, Dossier, Dossier.status == from_status)
    last = session.scalars(
        select(DossierLog).where(DossierLog.dossier_id == dossier.id).order_by(DossierLog.seq.desc()).limit(1)
    ).one()
    dossier.status = to_status
    facts = {"actor_name": "", "actor_title": "", "action": "reopen", "note": ""}
    row = DossierLog(dossier_id=dossier.id, seq=last.seq + 1, at=last.at, **facts)
    row.from_status, row.to_status = from_status, to_status
    session.add(row)


def a_late_signature_that_was_not_kept(world: World, session: Session) -> None:
    _signed(session, "orphan").documents[0].signature = None


def a_late_signature_in_a_file(world: World, session: Session) -> None:
    _signed(session, "orphan").documents[0].signed_sha256 = _signed(session).documents[0].signed_sha256


def a_late_signature_nobody_was_shown(world: World, session: Session) -> None:
    silent = _signed(session, "rejected")
    silent.status = "orphan"
    silent.documents[0].signature = b"\x01"
    session.execute(text("DROP TRIGGER dossier_log_no_update"))
    session.execute(update(DossierLog).where(DossierLog.signing_id == silent.id).values(signing_id=None))


BREACHES: list[tuple[str, Callable[[World, Session], None], str]] = [
    ("I1", an_answer_without_its_request, "a person was told"),
    ("I1", an_answer_without_one_of_its_requests, "a person was told"),
    ("I1", a_flipped_byte, "missing or damaged"),
    ("I1", a_lost_signature, "a signature is not stored"),
    ("I1", a_lost_revision, "a signed file is not in the dossier"),
    ("I2", a_signature_used_twice, "stands in 2 settled documents"),
    ("I2", two_signatures_at_one_step, "2 settled requests"),
    ("I2", a_signed_file_that_nobody_signed, "no settled request"),
    ("I3", another_certificate_in_the_request, "not the one pinned"),
    ("I3", another_certificate_in_the_field, "the fields are not signed"),
    ("I3", a_signature_by_no_key, "not made with the key"),
    ("I4", a_page_changed_under_its_signature, "does not fit its bytes"),
    ("I4", another_digest, "over another digest"),
    ("I4", another_file_than_was_shown, "not what the dossier showed"),
    ("I4", a_file_that_is_none, "cannot be read"),
    ("I5", a_receipt_nobody_gave, "does not know its receipt"),
    ("I5", a_second_acceptance, "delivered 2 times"),
    ("I5", a_delivery_of_other_files, "not signed by all here"),
    ("I5", an_officer_without_a_receipt, "without a receipt"),
    ("I6", a_state_moved_behind_the_log, "without a row in the log"),
    ("I6", a_step_that_is_no_edge, "no edge of the route"),
    ("I6", a_unit_whose_second_signature_is_gone, "by another route than that of its unit"),
    ("I6", a_way_past_the_chief_accountant, "is not of the way its dossier went"),
    ("I6", a_pen_that_nobody_holds, "nobody is asked"),
    ("I6", a_request_that_holds_no_pen, "it is open, and its dossier"),
    ("I7", another_amount, "another amount"),
    ("I7", a_revision_with_too_many_signatures, "another number of signatures"),
    ("I8", two_people_who_are_one, "are one person"),
    ("I8", two_people_with_one_certificate, "are one person"),
    ("I8", one_hand_in_both_fields, "one hand gave both"),
    ("I8", a_maker_who_signs, "the maker of the dossier has signed"),
    ("I9", a_password_in_clear, "another way than argon2id"),
    ("I9", a_token_in_an_answer, "a field with a secret's name"),
    ("I9", a_password_in_a_knock, "a field with a secret's name"),
    ("I10", something_left_to_do_after_the_end, "something is left to do"),
    ("I10", an_ending_told_as_another, "the log tells 1 times of a signature"),
    ("I10", a_cancelled_dossier_that_went_on, "leaves the final state"),
    ("I11", a_late_signature_that_was_not_kept, "was not kept"),
    ("I11", a_late_signature_in_a_file, "stands in a file"),
    ("I11", a_late_signature_nobody_was_shown, "nobody was shown"),
]


def _well(found: Report) -> None:
    assert found.breaches == []
    assert {name for name, looked in found.looked.items() if looked == 0} == set()


def test_a_world_with_every_kind_of_ending_keeps_all_promises_and_every_promise_was_looked_at(lived: World) -> None:
    _well(_audit(lived))


@pytest.mark.parametrize(("rule", "breach", "sentence"), BREACHES, ids=lambda each: getattr(each, "__name__", None))
def test_a_broken_promise_is_found(
    ruin: Ruin, rule: str, breach: Callable[[World, Session], None], sentence: str
) -> None:
    with ruin.rows() as session:
        breach(ruin, session)

    assert any(each.rule == rule and sentence in each.what for each in _audit(ruin).breaches), _audit(ruin).breaches


def test_every_promise_is_broken_at_least_once_here() -> None:
    """I12 has tests of its own below: its other witness is the CA's ledger."""
    assert {rule for rule, _, _ in BREACHES} | {"I12"} == set(ALL)


def test_on_postgresql_the_same_questions_are_silent_and_find_the_same_breaches(
    template_of: Callable[[str], Template], sandbox_ca: Sandbox, tmp_path: Path, postgresql: Any
) -> None:
    with world_from(template_of("postgresql"), tmp_path, sandbox_ca, postgresql) as world:
        _lives(world)
        _well(_audit(world))
        for breach in (
            an_answer_without_its_request,
            a_signature_used_twice,
            a_signed_file_that_nobody_signed,
            another_certificate_in_the_request,
            another_digest,
            a_receipt_nobody_gave,
            a_pen_that_nobody_holds,
            another_amount,
            one_hand_in_both_fields,
            a_token_in_an_answer,
            something_left_to_do_after_the_end,
            a_late_signature_that_was_not_kept,
        ):
            with world.rows() as session:
                breach(world, session)

        assert {each.rule for each in _audit(world).breaches} == set(ALL)


def test_a_signature_the_ca_never_made_is_found(ruin: Ruin) -> None:
    told = ruin.sandbox.ledger()

    found = _audit(ruin, {**told, "signatures": []})

    assert {each.rule for each in found.breaches} == {"I12"}


def test_a_prompt_too_many_is_found(ruin: Ruin) -> None:
    told = ruin.sandbox.ledger()

    found = _audit(ruin, {**told, "prompts": [*told["prompts"], *told["prompts"]]})

    assert {(each.rule, each.what) for each in found.breaches} == {("I12", "2 prompts for 1 requests")}


def test_a_prompt_for_a_request_we_do_not_know_is_found_where_the_ca_is_ours_alone(ruin: Ruin) -> None:
    strange = {"prompts": [{"digests": ["c3RyYW5nZQ=="]}], "signatures": []}
    told = {kind: [*ruin.sandbox.ledger()[kind], *strange[kind]] for kind in strange}

    assert "something that we know nothing of" in str(_audit(ruin, told, ledger_is_ours=True).breaches)


@pytest.mark.parametrize("place", ["log", "row"])
def test_a_secret_in_a_log_or_in_any_column_is_found(ruin: Ruin, place: str) -> None:
    (ruin.folder / "demo.json").unlink()
    if place == "log":
        (ruin.folder / "web.log").write_text("x" * (1 << 20) + f"wrong password {CA_PASSWORD} for")
    else:
        with ruin.rows() as session:
            session.execute(update(SigningTransaction).values(vendor_code=f"-{CA_PASSWORD}-"))

    found = _audit(ruin, secrets=[CA_PASSWORD], folders=[ruin.folder])

    assert {each.rule for each in found.breaches} == {"I9"}


def test_no_password_rests_in_a_row_or_in_a_deleted_page_of_the_database(ruin: Ruin) -> None:
    (ruin.folder / "demo.json").unlink()  # Tells people how to log in to the demo.

    assert _audit(ruin, secrets=[CA_PASSWORD, "Kho-bac-2026"], folders=[ruin.folder]).breaches == []


def test_files_of_before_the_asked_day_are_not_opened_again(ruin: Ruin) -> None:
    with ruin.rows() as session:
        a_flipped_byte(ruin, session)

    ruin.clock.passes(days=1)
    assert _audit(ruin, since=ruin.clock.now()).breaches == []


def _command(world: Ruin, *words: str) -> Any:
    environment = {"DATA_DIR": str(world.folder), "DATABASE_URL": _url(world), "APP_ENV": "", "SANDBOX_PORT": "1"}
    return CliRunner().invoke(cli, ["audit", *words], env=environment)


def test_the_command_names_every_promise_and_ends_with_one_when_one_is_broken(ruin: Ruin) -> None:
    well = _command(ruin)
    with ruin.rows() as session:
        another_amount(ruin, session)
    broken = _command(ruin, "--sandbox-url", ruin.sandbox.url, "--days", "3")

    assert (well.exit_code, broken.exit_code) == (0, 1), well.output + broken.output
    assert all(f"{name} " in well.output for name in ALL)
    assert "I7 document" in broken.output


def test_an_audit_cannot_write(world: World) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"), snapshot(_url(world)) as session:
        session.execute(update(Dossier).values(status="paid"))
