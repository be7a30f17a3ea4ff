"""One confirmation, many dossiers: each ends by itself, whatever the phone, the CA and the machines do (S3–S10)."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from backend.domain.errors import NotAllowedNow, NotFound
from backend.domain.providers import PartlySigned, Signed
from backend.models import Event, SigningDocument, SigningTransaction, Voucher
from backend.services.callbacks import take_callback
from backend.services.sign.block import batch_not_mine
from backend.services.sign.comparison import is_as_shown
from tests.support.world import Hands, World, a_voucher


def _limit(world: World, documents: int) -> None:
    """The chief accountant's CA takes so many documents in one approval."""
    provider = world.house.providers["vnpt"]
    provider.descriptor = dataclasses.replace(provider.descriptor, max_batch=documents)


def _batch(world: World, count: int) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Dossiers and the batch in which the chief accountant confirmed them."""
    dossiers = [world.submitted() for _ in range(count)]
    return dossiers, world.chief.signs_batch(dossiers, world.holder)


def _works(world: World) -> None:
    """The worker goes on until nothing is left to do but wait."""
    for _ in range(3):
        world.hands.work()


def _phases(world: World, batch: dict[str, Any]) -> list[str]:
    return [item["phase"] for item in world.chief.watches_batch(batch)["items"]]


def _statuses(world: World, dossiers: list[dict[str, Any]]) -> list[str]:
    return [world.chief.sees(each)["status"] for each in dossiers]


def _signings(batch: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"id": item["signing_id"]} for item in batch["items"]]


def test_one_yes_signs_every_dossier_and_each_moves_on(world: World) -> None:
    dossiers, batch = _batch(world, 3)

    world.hands.work()
    prompt = world.phone.approves(world.chief)
    _works(world)

    assert len(prompt["documents"]) == 3
    assert _phases(world, batch) == ["signed"] * 3
    assert _statuses(world, dossiers) == ["awaiting_account_holder"] * 3
    seen = world.chief.watches_batch(batch)
    assert (seen["phase"], seen["signed"], seen["open"], seen["unsigned"]) == ("done", 3, 0, 0)
    told = [world.prompted_at_ca(each) for each in _signings(batch)]
    assert [len(each) for each in told] == [1, 1, 1]
    assert len({each[0]["transaction"] for each in told}) == 1
    assert world.breaches() == []


def test_the_phone_shows_count_total_and_the_code_of_our_screen(world: World) -> None:
    _, batch = _batch(world, 2)
    world.hands.work()

    seen = world.chief.watches_batch(batch)
    title = world.phone.prompt(world.chief)["title"]

    code = seen["comparison_code"]
    assert f"{code[:4]} {code[4:]}" in title
    assert "Ký 2 hồ sơ, tổng 4.030.000 đồng" in title
    assert (seen["prompt_count"], seen["prompt_amount"], seen["phase"]) == (2, 4_030_000, "waiting")
    assert seen["expires_at"] is not None


@pytest.mark.parametrize(("move", "phase"), [("refuses", "rejected"), ("expires", "expired"), ("fails", "failed")])
def test_a_no_gives_every_pen_back_and_another_try_works(world: World, move: str, phase: str) -> None:
    dossiers, batch = _batch(world, 2)
    world.hands.work()
    getattr(world.phone, move)(world.chief)
    world.hands.work()

    assert _phases(world, batch) == [phase, phase]
    assert _statuses(world, dossiers) == ["awaiting_chief_accountant"] * 2
    again = world.chief.signs_batch([world.chief.sees(each) for each in dossiers], world.holder)
    world.hands.work()
    world.phone.approves(world.chief)
    _works(world)
    assert _phases(world, again) == ["signed", "signed"]
    assert world.breaches() == []


def test_chunks_are_asked_one_after_the_other(world: World) -> None:
    _limit(world, 2)
    _, batch = _batch(world, 5)
    world.hands.work()

    for prompt in (1, 2, 3):
        seen = world.chief.watches_batch(batch)
        assert (seen["prompt"], seen["prompts"]) == (prompt, 3)
        assert [item["phase"] for item in seen["items"]].count("queued") == max(0, 5 - 2 * prompt)
        assert [len(world.prompted_at_ca(each)) for each in _signings(batch)].count(1) == min(5, 2 * prompt)
        world.phone.approves(world.chief)
        _works(world)

    assert _phases(world, batch) == ["signed"] * 5
    assert len({row.comparison_code for row in map(world.transaction, _signings(batch))}) == 3
    assert world.breaches() == []


@pytest.mark.parametrize("move", ["refuses", "expires", "fails"])
def test_a_chunk_that_is_not_signed_stops_those_that_were_not_asked(world: World, move: str) -> None:
    _limit(world, 1)
    dossiers, batch = _batch(world, 4)
    world.hands.work()
    world.phone.approves(world.chief)
    _works(world)

    getattr(world.phone, move)(world.chief)
    _works(world)

    assert _phases(world, batch)[0] == "signed"
    assert _phases(world, batch)[2:] == ["cancelled", "cancelled"]
    assert [world.prompted_at_ca(each) for each in _signings(batch)[2:]] == [[], []]
    assert _statuses(world, dossiers)[1:] == ["awaiting_chief_accountant"] * 3
    assert world.chief.watches_batch(batch)["phase"] == "done"
    assert world.breaches() == []


def test_a_taken_back_batch_gives_every_pen_back_and_asks_no_more(world: World) -> None:
    _limit(world, 2)
    dossiers, batch = _batch(world, 3)
    world.hands.work()

    assert world.chief.cancels_batch(batch)["phase"] == "done"

    world.hands.work()
    assert _phases(world, batch) == ["cancelled"] * 3
    assert _statuses(world, dossiers) == ["awaiting_chief_accountant"] * 3
    with pytest.raises(NotAllowedNow):
        world.chief.cancels_batch(batch)


def test_one_dossier_of_a_prompt_cannot_be_taken_back_alone(world: World) -> None:
    _, batch = _batch(world, 3)
    world.hands.work()

    world.chief.cancels_signing(_signings(batch)[1])

    assert _phases(world, batch) == ["cancelled"] * 3


def test_a_yes_after_the_batch_was_taken_back_is_kept_for_each_dossier_and_used_for_none(world: World) -> None:
    dossiers, batch = _batch(world, 2)
    world.hands.work()
    world.chief.cancels_batch(batch)
    world.phone.approves(world.chief)
    world.hands.work()

    assert _phases(world, batch) == ["orphan", "orphan"]
    rows = [world.transaction(each) for each in _signings(batch)]
    assert all(document.signature and not document.signed_sha256 for row in rows for document in row.documents)
    assert all("không được dùng" in world.chief.sees(each)["log"][-1]["note"] for each in dossiers)
    assert world.breaches() == []


def test_nobody_answering_ends_every_dossier_at_the_deadline(world: World) -> None:
    dossiers, batch = _batch(world, 2)
    world.hands.work()
    row = world.transaction(_signings(batch)[1])
    assert row.expires_at is not None
    world.clock.ahead += row.expires_at - world.clock.now() + timedelta(minutes=2)

    world.hands.work()

    assert _phases(world, batch) == ["expired", "expired"]
    assert _statuses(world, dossiers) == ["awaiting_chief_accountant"] * 2


def test_a_lost_answer_leaves_every_dossier_unknown_and_is_never_sent_again(world: World) -> None:
    world.sandbox.fault("vnpt", world.chief.login, "sign", "lose_answer")
    _, batch = _batch(world, 2)
    for _ in range(3):
        world.hands.work()
        world.clock.passes(seconds=20)

    assert _phases(world, batch) == ["unknown", "unknown"]
    assert len(world.prompted_at_ca(_signings(batch)[0])) == 1


def test_a_knock_that_brings_the_lost_id_signs_every_dossier(world: World) -> None:
    world.sandbox.fault("vnpt", world.chief.login, "sign", "lose_answer")
    _, batch = _batch(world, 2)
    world.hands.work()
    prompt = world.phone.approves(world.chief)
    knock = f'{{"tranId": "{prompt["id"]}", "refTranId": "{prompt["client_ref"]}"}}'.encode()

    with world.house.begin() as session:
        take_callback(session, world.house, "vnpt", knock, {})
    assert _phases(world, batch) == ["waiting", "waiting"]
    _works(world)

    assert _phases(world, batch) == ["signed", "signed"]
    assert world.breaches() == []


def test_a_retry_after_a_lost_answer_asks_for_the_very_same_bytes_of_every_dossier(world: World) -> None:
    world.sandbox.fault("vnpt", world.chief.login, "sign", "lose_answer")
    dossiers, lost = _batch(world, 2)
    world.hands.work()
    world.chief.cancels_batch(lost)

    again = world.chief.signs_batch([world.chief.sees(each) for each in dossiers], world.holder)

    digests = [
        [document.digest for each in _signings(batch) for document in world.transaction(each).documents]
        for batch in (lost, again)
    ]
    assert digests[0] == digests[1]


class ItemByItem:
    """The chief accountant's CA, if it answered item by item and could not sign some of them."""

    def __init__(self, real: Any, unsigned: set[int]) -> None:
        self._real, self._unsigned = real, unsigned

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def poll(self, session: Any, transaction: Any) -> Any:
        result = self._real.poll(session, transaction)
        if not isinstance(result, Signed):
            return result
        some = (None if place in self._unsigned else each for place, each in enumerate(result.signatures))
        return PartlySigned(tuple(some), result.raw)


@pytest.mark.parametrize("unsigned", [{0}, {2}])
def test_what_the_ca_could_not_sign_ends_alone(world: World, unsigned: set[int]) -> None:
    world.house.providers["vnpt"] = ItemByItem(world.house.providers["vnpt"], unsigned)
    dossiers, batch = _batch(world, 3)
    world.hands.work()
    world.phone.approves(world.chief)
    _works(world)

    wanted = ["failed" if place in unsigned else "signed" for place in range(3)]
    assert _phases(world, batch) == wanted
    back = ["awaiting_chief_accountant" if place in unsigned else "awaiting_account_holder" for place in range(3)]
    assert _statuses(world, dossiers) == back
    assert world.breaches() == []


def test_a_dossier_signed_in_part_keeps_its_signatures_as_evidence_and_stops_the_chunks_behind(world: World) -> None:
    _limit(world, 2)
    world.house.providers["vnpt"] = ItemByItem(world.house.providers["vnpt"], {1})
    two = world.maker.submits(
        world.maker.drafts_with([a_voucher(), a_voucher()]),
        to=world.chief,
    )
    dossiers = [two, world.submitted()]
    batch = world.chief.signs_batch(dossiers, world.holder)
    world.hands.work()
    world.phone.approves(world.chief)
    world.hands.work()

    assert _phases(world, batch) == ["failed", "cancelled"]
    documents = world.transaction(_signings(batch)[0]).documents
    assert [document.signature is not None for document in documents] == [True, False]
    assert [document.signed_sha256 for document in documents] == [None, None]


def test_signatures_in_another_order_find_their_own_dossiers(world: World) -> None:
    world.sandbox.fault("vnpt", world.chief.login, "any", "swapped_order")
    _, batch = _batch(world, 3)
    world.hands.work()
    world.phone.approves(world.chief)
    _works(world)

    assert _phases(world, batch) == ["signed"] * 3
    assert world.breaches() == []


@pytest.mark.parametrize("place", [0, 1])
def test_a_right_lost_over_one_dossier_does_not_hold_the_others(world: World, place: int) -> None:
    dossiers, batch = _batch(world, 3)
    world.hands.work()
    with world.rows() as session:
        voucher = update(Voucher).where(Voucher.dossier_id == dossiers[place]["id"])
        row = session.scalars(select(Voucher).where(Voucher.dossier_id == dossiers[place]["id"])).one()
        session.execute(voucher.values(content={**row.content, "debit_account": "3713.0.1990002"}))
    world.phone.approves(world.chief)
    _works(world)

    wanted = ["signed"] * 3
    wanted[place] = "orphan"
    assert _phases(world, batch) == wanted


@pytest.mark.parametrize("change", ["amount", "account"])
def test_money_that_changed_behind_our_back_is_never_embedded_and_holds_nobody_else(world: World, change: str) -> None:
    dossiers, batch = _batch(world, 2)
    world.hands.work()
    with world.rows() as session:
        row = session.scalars(select(Voucher).where(Voucher.dossier_id == dossiers[1]["id"])).one()
        payee = {**row.content["payee"], "payee_account": "0099009900990"}
        values = {"amount": {"amount": 1}, "account": {"content": {**row.content, "payee": payee}}}[change]
        session.execute(update(Voucher).where(Voucher.id == row.id).values(**values))
    world.phone.approves(world.chief)
    _works(world)

    assert _phases(world, batch) == ["signed", "failed"]
    row = world.transaction(_signings(batch)[1])
    assert (row.vendor_code, row.documents[0].signed_sha256) == ("money", None)


def test_a_stored_amount_that_changed_gives_another_code_and_nothing_of_the_prompt_is_embedded(world: World) -> None:
    _, batch = _batch(world, 2)
    world.hands.work()
    world.phone.approves(world.chief)
    with world.rows() as session:
        changed = update(SigningDocument).where(SigningDocument.transaction_id == _signings(batch)[0]["id"])
        session.execute(changed.values(money="1|0011002200330"))
    _works(world)

    rows = [world.transaction(each) for each in _signings(batch)]
    assert [(row.status, row.vendor_code) for row in rows] == [("failed", "comparison_code")] * 2
    assert [document.signed_sha256 for row in rows for document in row.documents] == [None, None]


def test_what_changes_after_the_first_file_of_a_prompt_is_refused_where_it_changed(world: World) -> None:
    _, batch = _batch(world, 2)
    first, second = (each["id"] for each in _signings(batch))

    def as_shown(signing_id: str) -> bool:
        with world.house.read() as session:
            return is_as_shown(session, session.get_one(SigningTransaction, signing_id))

    assert as_shown(first) and as_shown(second)
    with world.rows() as session:
        changed = update(SigningDocument).where(SigningDocument.transaction_id == second)
        session.execute(changed.values(money="1|0011002200330"))

    assert as_shown(first)
    assert not as_shown(second)


def test_single_signing_checks_the_code_as_well(world: World) -> None:
    signing = world.chief.signs(world.submitted(), world.holder)
    world.hands.work()
    world.phone.approves(world.chief)
    with world.rows() as session:
        changed = update(SigningDocument).where(SigningDocument.transaction_id == signing["id"])
        session.execute(changed.values(money="1|0011002200330"))
    world.hands.work()

    assert world.transaction(signing).vendor_code == "comparison_code"
    assert world.chief.watches(signing)["problem"]["code"] == "sign.invalid"


@pytest.mark.parametrize("steps", (1, 2, 3, 5))
def test_a_worker_that_vanishes_after_any_step_is_replaced_and_every_dossier_is_signed_once(
    world: World, steps: int
) -> None:
    _limit(world, 2)
    _, batch = _batch(world, 3)
    world.sandbox.decides("vnpt", world.chief.login, "approve")
    try:
        left = steps
        while left and (fences := world.hands.take()):
            for fence in fences:
                while left:
                    left -= 1
                    if not world.hands.once(fence):
                        break
        _bury(world)
        successor = Hands(world.house)
        for _ in range(6):
            successor.work()
    finally:
        world.sandbox.decides("vnpt", world.chief.login, "ask")

    assert _phases(world, batch) == ["signed"] * 3
    assert [len(world.prompted_at_ca(each)) for each in _signings(batch)] == [1, 1, 1]
    assert world.breaches() == []


def _bury(world: World) -> None:
    """As the desk does with a silent worker."""
    with world.rows() as session:
        owned = update(SigningTransaction).where(SigningTransaction.owner == world.hands.id)
        session.execute(owned.values(owner=None, next_at=world.clock.now()))


def test_a_batch_nobody_asked_for_asks_no_further_prompt_even_when_the_first_is_on_its_way(world: World) -> None:
    _limit(world, 1)
    dossiers, batch = _batch(world, 3)
    first = SigningTransaction.id == _signings(batch)[0]["id"]
    with world.rows() as session:
        session.execute(update(SigningTransaction).where(first).values(status="sending", sent_at=world.clock.now()))

    world.chief._does(batch_not_mine, batch["id"])

    assert _phases(world, batch) == ["sending", "cancelled", "cancelled"]
    assert _statuses(world, dossiers)[1:] == ["awaiting_chief_accountant"] * 2


def test_the_person_hears_of_a_batch_and_only_they(world: World) -> None:
    _batch(world, 2)
    world.hands.work()
    world.phone.approves(world.chief)
    _works(world)

    with world.house.read() as session:
        heard = session.execute(select(Event.user_id).where(Event.type == "batch.changed")).scalars().all()
    assert set(heard) == {world.chief.id}
    assert len(heard) >= 3


def test_the_batch_of_another_person_does_not_exist(world: World) -> None:
    _, batch = _batch(world, 1)

    for stranger in (world.maker, world.holder, world.other_chief):
        with pytest.raises(NotFound):
            stranger.watches_batch(batch)
        with pytest.raises(NotFound):
            stranger.cancels_batch(batch)


def test_the_last_signature_of_a_batch_brings_every_dossier_to_the_treasury_once(world: World) -> None:
    dossiers, _ = _batch(world, 2)
    world.hands.work()
    world.phone.approves(world.chief)
    _works(world)

    world.holder.signs_batch([world.holder.sees(each) for each in dossiers])
    world.hands.work()
    world.phone.approves(world.holder)
    _works(world)
    world.hands.deliver()

    assert all(world.holder.sees(each)["receipt_no"] for each in dossiers)
    assert world.breaches() == []
