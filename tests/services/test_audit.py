"""The audit is silent over a healthy world and names what is broken in a damaged one."""

from __future__ import annotations

from sqlalchemy import update

from backend.models import Dossier, SigningTransaction
from tests.support.world import World


def test_a_world_with_every_kind_of_ending_keeps_all_promises(world: World) -> None:
    world.both_signed()
    world.hands.deliver()
    late = world.submitted()
    signing = world.chief.signs(late, world.holder)
    world.hands.work()
    world.chief.cancels_signing(signing)
    world.phone.approves(world.chief)
    world.hands.work()
    recalled = world.second_signed()
    world.chief.withdraws(world.chief.sees(recalled))

    assert world.breaches() == []


def _rules(world: World) -> set[str]:
    return {breach.rule for breach in world.breaches()}


def test_a_flipped_byte_in_a_signed_file_is_found(world: World) -> None:
    name = world.both_signed()["documents"][0]["sha256"]
    path = world.folder / "blobs" / name[:2] / name
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(bytes(content))

    assert "I1" in _rules(world)


def test_a_state_moved_behind_the_logs_back_is_found(world: World) -> None:
    dossier = world.submitted()
    with world.rows() as session:
        session.execute(update(Dossier).where(Dossier.id == dossier["id"]).values(status="submitted"))

    assert _rules(world) == {"I6"}


def test_another_amount_in_the_row_than_on_the_page_is_found(world: World) -> None:
    from backend.models import Voucher

    dossier = world.second_signed()
    with world.rows() as session:
        session.execute(update(Voucher).where(Voucher.dossier_id == dossier["id"]).values(amount=9_999_999))

    assert _rules(world) == {"I7"}


def test_a_request_bound_to_another_certificate_is_found(world: World) -> None:
    dossier = world.second_signed()
    other = world.certificate_of(world.holder).id
    with world.rows() as session:
        session.execute(
            update(SigningTransaction)
            .where(SigningTransaction.subject_id == dossier["id"])
            .values(certificate_id=other)
        )

    assert _rules(world) == {"I3"}


def test_two_people_who_are_one_are_found(world: World) -> None:
    world.second_signed()
    world.same_person(world.chief, world.holder)

    assert "I8" in _rules(world)


def test_a_receipt_the_treasury_does_not_know_is_found(world: World) -> None:
    dossier = world.both_signed()
    with world.rows() as session:
        session.execute(update(Dossier).where(Dossier.id == dossier["id"]).values(receipt_no="TN-0064-000000000000"))

    assert "I5" in _rules(world)
