"""Faults of docs/reliability.md that are met between two steps of one signing: half-written files, a CA that cannot be
reached, certificates and connections that end in the middle.
"""

from __future__ import annotations

import dataclasses
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from threading import Event, Thread
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import delete, func, select, text, update

from backend.adapters.providers import load_all
from backend.demo.seed import pinned
from backend.domain.errors import SystemBusy
from backend.domain.providers import Secret
from backend.models import Certificate, Dossier, SigningDocument, SigningTransaction, User
from backend.models import Worker as WorkerRow
from backend.services.idempotency import Asked, answer_once, fingerprint
from backend.services.return_dossier import withdraw
from backend.services.sign.subjects import SUBJECTS
from backend.worker.loop import Worker
from tests.support.servers import eventually
from tests.support.world import CA_PASSWORD, Hands, Member, World


class Died(Exception):
    """The process ended here."""


def _dies_at(world: World, point: str) -> World:
    """The same world with a worker that dies at ``point``; the rows of the one before are free."""

    def failpoint(name: str) -> None:
        if name == point:
            raise Died(name)

    house = dataclasses.replace(world.house, failpoint=failpoint)
    _is_gone(world)
    return World(house, world.clock, world.sandbox, world.folder)


@pytest.mark.fault("F8", "F9")
def test_a_half_written_file_of_a_worker_that_died_is_passed_over_and_the_same_bytes_are_written(world: World) -> None:
    signing = world.chief.signs(world.submitted(), world.holder)
    world.hands.work()
    world.phone.approves(world.chief)
    with pytest.raises(Died):
        _dies_at(world, "S9.before_commit").hands.work()
    before = {path: path.read_bytes() for path in (world.folder / "blobs").glob("*/*")}
    last = max(before, key=lambda path: path.stat().st_mtime_ns)
    # As if the power had failed in the middle of writing it: a temporary name, half of the bytes, no blob.
    last.with_name(f".{last.name}.{uuid4().hex}").write_bytes(before[last][: len(before[last]) // 2])
    last.unlink()

    _is_gone(world)
    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "signed"
    assert world.transaction(signing).documents[0].signed_sha256 == last.name
    assert last.read_bytes() == before[last]


def _is_gone(world: World) -> None:
    """Whoever owned the open requests owns them no more."""
    with world.rows() as session:
        open_ = SigningTransaction.ended_at.is_(None)
        session.execute(update(SigningTransaction).where(open_).values(owner=None, next_at=world.clock.now()))


@pytest.fixture
def black_hole() -> Iterator[str]:
    """An address that takes no connection and refuses none."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        yield f"http://127.0.0.1:{full.getsockname()[1]}"
        for one in waiting:
            one.close()


@pytest.mark.fault("F12")
def test_a_ca_that_takes_no_connection_got_nothing_and_the_pen_comes_back(world: World, black_hole: str) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    away = {**_environment(world), "VNPT_BASE_URL": black_hole, "VNPT_CONNECT_TIMEOUT_S": "0.2"}
    providers = {**world.house.providers, "vnpt": load_all(away, world.clock)["vnpt"]}
    World(dataclasses.replace(world.house, providers=providers), world.clock, world.sandbox, world.folder).hands.work()

    seen = world.chief.watches(signing)
    assert (seen["phase"], seen["problem"]["code"]) == ("failed", "prov.down")  # type: ignore[index]
    assert world.prompted_at_ca(signing) == []
    assert world.signs(world.chief, world.chief.sees(dossier), world.holder)["phase"] == "signed"


def _environment(world: World) -> dict[str, str]:
    return {"SANDBOX_PORT": str(world.sandbox.port), "APP_ENV": ""}


@pytest.mark.fault("F16")
@pytest.mark.parametrize("database", ["sqlite"])
def test_a_ca_that_drips_its_answers_holds_up_nobody_at_another_ca(world: World) -> None:
    """Even with a single thread for each CA."""
    dossier = world.submitted()
    world.signs(world.chief, dossier, world.deputy_holder)
    slow = world.deputy_holder.signs(world.deputy_holder.sees(dossier))
    world.hands.work()
    world.sandbox.fault("viettel", world.deputy_holder.login, "status", "slow_drip", seconds=5, times=100)
    quick = world.chief.signs(world.submitted(), world.holder)
    _is_gone(world)
    stop = Event()
    worker = Thread(target=Worker(world.house, SUBJECTS, threads_per_provider=1).run, args=(stop,))
    worker.start()

    try:
        world.phone.approves(world.chief)
        eventually(lambda: world.chief.watches(quick)["phase"] == "signed", what="the other CA's signature")
        assert world.deputy_holder.watches(slow)["phase"] == "waiting"
    finally:
        stop.set()
        worker.join()


@pytest.mark.fault("F47")
@pytest.mark.parametrize("database", ["postgresql"])
def test_what_a_worker_claimed_after_it_was_taken_for_dead_is_not_lost_when_it_dies(world: World) -> None:
    """It slept past its lease and was buried; it woke, claimed, and died before its next heartbeat."""
    signing = world.chief.signs(world.submitted(), world.holder)
    with world.rows() as session:
        session.execute(delete(WorkerRow).where(WorkerRow.id == world.hands.id))
    world.hands.take()

    successor = Hands(world.house)
    successor.work()

    row = world.transaction(signing)
    assert (row.status, row.owner) == ("waiting", successor.id)


@pytest.mark.fault("F25")
def test_a_signature_too_long_for_its_room_ends_with_words_and_is_kept(world: World) -> None:
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    world.phone.approves(world.chief)
    with pytest.raises(Died):
        _dies_at(world, "S8.collected_committed").hands.work()
    with world.rows() as session:
        session.execute(update(SigningDocument).values(signature=b"\x01" * 40_000))
    _is_gone(world)

    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "failed"
    assert world.transaction(signing).documents[0].signature == b"\x01" * 40_000
    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"


@pytest.mark.fault("F29")
def test_a_certificate_revoked_while_the_phone_rings_signs_nothing_and_the_person_is_told(world: World) -> None:
    login = _newly_enrolled(world, world.chief)
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    world.sandbox.control(f"/_control/subscribers/vnpt/{login}/revoke", {})
    world.phone.approves(world.chief)

    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "failed"
    assert world.signed_at_ca(signing) == []
    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"


@pytest.mark.fault("F30")
def test_a_signature_that_comes_when_the_certificate_has_ended_is_kept_and_not_used(world: World) -> None:
    _newly_enrolled(world, world.chief, valid_to=datetime.now(UTC) + timedelta(minutes=3))
    dossier = world.submitted()
    signing = world.chief.signs(dossier, world.holder)
    world.hands.work()
    world.phone.approves(world.chief)
    world.clock.passes(minutes=4)

    world.hands.work()

    assert world.chief.watches(signing)["phase"] == "orphan"
    assert world.chief.sees(dossier)["status"] == "awaiting_chief_accountant"


def _newly_enrolled(world: World, person: Member, **validity: datetime) -> str:
    """A certificate of this test alone, pinned as at registration."""
    login = f"0310{uuid4().int % 10**8:08d}"
    words = {name: moment.isoformat() for name, moment in validity.items()}
    facts = {"provider": "vnpt", "uid": login, "password": CA_PASSWORD, "full_name": "Phạm Quốc Đỉnh", **words}
    world.sandbox.control("/_control/subscribers", {**facts, "id_number": login})
    provider = world.house.providers["vnpt"]
    offered: Any = provider.list_certificates(provider.open_session(login, Secret(CA_PASSWORD)))  # type: ignore[arg-type]
    with world.rows() as session:
        session.execute(update(Certificate).where(Certificate.user_id == person.id).values(active=False))
        user = session.get_one(User, person.id)
        session.add(pinned(world.house, user, "vnpt", login, offered[0].der, offered[0].chain))
    person.login = login
    return login


@pytest.mark.fault("F36")
@pytest.mark.parametrize("database", ["postgresql"])
def test_a_connection_cut_in_the_middle_writes_nothing_and_the_same_key_works_afterwards(world: World) -> None:
    dossier = world.submitted()
    path = f"/api/dossiers/{dossier['id']}/withdraw"
    mark = fingerprint(world.house.hmac_key, "POST", path, {})
    asked = Asked(world.maker.id, str(uuid4()), f"POST {path}", mark)
    cut = True

    def act(session: Any) -> dict[str, object]:
        nonlocal cut
        seen = withdraw(session, world.house, world.maker.caller, dossier["id"], dossier["version"], "")
        if cut:
            cut = False
            _cuts(world, session)
        session.execute(select(func.count()).select_from(Dossier))
        return {"id": seen["id"]}

    with pytest.raises(SystemBusy):
        answer_once(world.house, asked, act, 200)
    assert world.maker.sees(dossier)["status"] == "awaiting_chief_accountant"

    assert not answer_once(world.house, asked, act, 200).again
    assert answer_once(world.house, asked, act, 200).again
    assert world.maker.sees(dossier)["status"] == "draft"


def _cuts(world: World, session: Any) -> None:
    """The database ends the connection of ``session``."""
    pid = session.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with world.house.sessions() as other:
        other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
