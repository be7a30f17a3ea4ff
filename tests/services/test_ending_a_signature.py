"""How a request to sign ends: signed, refused, expired, failed, cancelled, unknown, late (S3–S10, P7, P8, P12, P13)."""

from __future__ import annotations

from datetime import timedelta
from threading import Event, Thread

import pytest
from sqlalchemy import select

from backend.domain.errors import NotAllowedNow
from backend.models import Document, SigningTransaction
from tests.support.servers import eventually
from tests.support.world import World


@pytest.mark.fault("F21")
def test_a_yes_on_the_phone_moves_the_dossier_to_the_holder_with_one_signature(world: World) -> None:
    dossier = world.submitted()

    signing = world.signs(world.chief, dossier, world.holder)

    assert signing["phase"] == "signed"
    assert len(world.signed_at_ca(signing)) == len(world.prompted_at_ca(signing)) == 1
    seen = world.holder.sees(dossier)
    assert (seen["status"], seen["documents"][0]["revision"]) == ("awaiting_account_holder", "second_signature")


def test_a_delegated_holder_signs_at_another_ca(world: World) -> None:
    dossier = world.submitted()
    world.signs(world.chief, dossier, world.deputy_holder)

    assert world.signs(world.deputy_holder, world.deputy_holder.sees(dossier))["phase"] == "signed"


@pytest.mark.fault("F26")
@pytest.mark.parametrize(("move", "phase"), [("refuses", "rejected"), ("expires", "expired"), ("fails", "failed")])
def test_a_no_gives_the_pen_back_and_another_try_works(world: World, move: str, phase: str) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    getattr(world.phone, move)(world.chief)
    world.hands.work()

    assert world.chief.watches(signing)["phase"] == phase
    seen = world.chief.sees(dossier)
    assert seen["status"] == "awaiting_chief_accountant"
    assert seen["log"][-1]["note"].startswith("Ký số không thành công")
    assert world.signs(world.chief, seen, world.holder)["phase"] == "signed"


@pytest.mark.fault("F27")
def test_nobody_answering_ends_at_the_deadline_and_gives_the_pen_back(world: World) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    row = world.transaction(signing)
    assert row.expires_at is not None
    world.clock.ahead += row.expires_at - world.clock.now() + timedelta(seconds=31)

    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "expired"
    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"


@pytest.mark.fault("F28")
def test_a_yes_after_we_stopped_waiting_is_kept_shown_and_never_embedded(world: World) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    world.chief.cancels_signing(signing)
    world.phone.approves(world.chief)

    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "orphan"
    row = world.transaction(signing)
    assert row.documents[0].signature
    assert row.documents[0].signed_sha256 is None
    seen = world.chief.sees(dossier)
    assert seen["status"] == "awaiting_chief_accountant"
    assert "không được dùng" in seen["log"][-1]["note"]
    with world.house.read() as session:
        revisions = session.scalars(select(Document.revision).where(Document.dossier_id == dossier["id"])).all()
    assert revisions == ["form"]


def test_cancelling_gives_the_pen_back_at_once(world: World) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()

    assert world.chief.cancels_signing(signing)["phase"] == "cancelled"
    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"


def test_a_signed_request_is_not_cancelled(world: World) -> None:
    dossier = world.submitted()
    signing = world.signs(world.chief, dossier, world.holder)

    with pytest.raises(NotAllowedNow):
        world.chief.cancels_signing(signing)


@pytest.mark.fault("F47")
def test_a_cancel_while_the_worker_holds_the_answer_fences_the_worker_off(world: World) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    world.phone.approves(world.chief)
    world.chief.cancels_signing(signing)

    world.hands.work()

    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"


@pytest.mark.fault("F22", "F23")
@pytest.mark.parametrize("kind", ["wrong_key", "wrong_digest", "garbage_signature", "empty_signature"])
def test_a_signature_that_is_not_the_persons_over_these_bytes_is_refused(world: World, kind: str) -> None:
    dossier = world.submitted()
    world.sandbox.fault("vnpt", world.chief.login, "any", kind)
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    world.phone.approves(world.chief)
    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "failed"
    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"
    assert world.transaction(signing).documents[0].signed_sha256 is None


@pytest.mark.fault("F13")
def test_a_lost_answer_is_unknown_and_is_never_sent_again(world: World) -> None:
    dossier = world.submitted()
    world.sandbox.fault("vnpt", world.chief.login, "sign", "lose_answer")
    signing = world.chief.signs(dossier, world.holder)

    for _ in range(4):
        world.hands.work()
        world.clock.passes(seconds=20)

    assert world.chief.watches(signing)["phase"] == "unknown"
    assert len(world.prompted_at_ca(signing)) == 1


@pytest.mark.fault("F4", "F13")
def test_a_retry_after_a_lost_answer_asks_for_the_very_same_bytes(world: World) -> None:
    dossier = world.submitted()
    world.sandbox.fault("vnpt", world.chief.login, "sign", "lose_answer")
    lost = world.chief.signs(dossier, world.holder)
    world.hands.work()
    world.clock.passes(minutes=10)
    world.hands.work()
    assert world.chief.watches(lost)["phase"] == "expired"

    again = world.chief.signs(world.chief.sees(dossier), world.holder)

    digests = [[document.digest for document in world.transaction(each).documents] for each in (lost, again)]
    assert digests[0] == digests[1]


def test_two_yeses_over_the_same_bytes_still_sign_one_document(world: World) -> None:
    dossier = world.submitted()
    world.sandbox.fault("vnpt", world.chief.login, "sign", "lose_answer")
    lost = world.chief.signs(dossier, world.holder)
    world.hands.work()
    world.phone.approves(world.chief)
    world.clock.passes(minutes=10)
    world.hands.work()

    world.signs(world.chief, world.chief.sees(dossier), world.holder)

    with world.house.read() as session:
        signed = session.scalars(
            select(Document).where(Document.dossier_id == dossier["id"], Document.revision == "second_signature")
        ).all()
    assert len(signed) == 1
    assert world.chief.watches(lost)["phase"] == "expired"


@pytest.mark.fault("F31")
def test_a_right_lost_while_the_phone_decided_makes_the_signature_an_orphan(world: World) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    world.grant_ends(world.chief)
    world.phone.approves(world.chief)
    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "orphan"
    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"


def test_an_ended_request_keeps_no_token_of_the_ca(world: World) -> None:
    signing = world.signs(world.chief, world.submitted(), world.holder)

    assert world.transaction(signing).sealed_session is None


def test_the_token_rests_sealed_while_the_phone_decides(world: World) -> None:
    signing = world.chief.signs(world.submitted(), world.holder)

    sealed = world.transaction(signing).sealed_session
    assert sealed
    assert world.house.sealer.open(sealed).reveal().encode() not in sealed


def test_every_ending_leaves_at_most_one_live_request(world: World) -> None:
    dossier = world.submitted()
    for move in ("refuses", "expires"):
        world.chief.signs(world.chief.sees(dossier), world.holder)
        world.hands.work()
        getattr(world.phone, move)(world.chief)
        world.hands.work()

    with world.house.read() as session:
        live = session.scalars(
            select(SigningTransaction.id).where(SigningTransaction.status.in_(["prepared", "sending", "waiting"]))
        ).all()
    assert live == []


@pytest.mark.fault("F35")
def test_the_ca_answer_is_kept_through_a_database_locked_longer_than_its_patience(world: World) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.sandbox.fault("vnpt", world.chief.login, "sign", "delay", seconds=2, times=1)
    sending = Thread(target=world.hands.work)
    sending.start()
    assert eventually(lambda: world.transaction(signing).status == "sending" and world.prompted_at_ca(signing))

    with world.house.begin():
        Event().wait(7.5)
    sending.join()

    row = world.transaction(signing)
    assert (row.status, row.vendor_id is not None) == ("waiting", True)
    assert len(world.prompted_at_ca(signing)) == 1
