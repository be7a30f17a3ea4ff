"""A CA whose answer to the request comes only after the person decided: the worker waits for it in threads of that
CA's own, the screen says "waiting", and everybody at another CA goes on signing."""

from __future__ import annotations

import dataclasses
from base64 import b64decode
from collections.abc import Mapping

import pytest
from sqlalchemy import update

from backend.adapters.providers import load_all
from backend.demo.seed import pinned
from backend.models import Certificate, User
from backend.services.guarded import with_breakers
from tests.support.servers import eventually
from tests.support.world import Member, World, working

BLOCKING = {
    "viettel-async0": {"VIETTEL_ASYNC": "0", "VIETTEL_LIFE_S": "60"},
    "viettel-adss": {"VIETTEL_PROFILE": "adss", "VIETTEL_LIFE_S": "60"},
    "csc-v1": {"CSC_VERSION": "v1", "CSC_GRANT": "client_credentials", "CSC_LIFE_S": "60"},
}


def under(world: World, settings: Mapping[str, str]) -> None:
    """The same house, its CAs under other settings."""
    named = ",".join(sorted({*world.house.providers, "csc"}))
    environment = {"SANDBOX_PORT": str(world.sandbox.port), "PROVIDERS": named, "VNPT_POLL_INTERVAL_S": "0.2"}
    moved = dataclasses.replace(world.house, providers=load_all({**environment, **settings}, world.clock))
    world.house = with_breakers(moved, look_every_s=0)


def moves_to(world: World, person: Member, provider: str, login: str) -> None:
    """The person signs at another CA from now on."""
    words = {"provider": provider, "uid": login, "full_name": person.caller.full_name, "id_number": login}
    told = world.sandbox.control("/_control/subscribers", words)
    (world.folder / "trust" / f"sandbox-{provider}.pem").write_text(told["root_pem"])
    with world.rows() as session:
        session.execute(update(Certificate).where(Certificate.user_id == person.id).values(active=False))
        chain = tuple(b64decode(each) for each in told["chain_der_b64"])
        user = session.get_one(User, person.id)
        session.add(pinned(world.house, user, provider, login, b64decode(told["certificate_der_b64"]), chain))
    person.provider, person.login = provider, login


@pytest.mark.parametrize("profile", BLOCKING)
def test_the_worker_waits_for_the_person_and_everybody_else_goes_on(world: World, profile: str) -> None:
    under(world, BLOCKING[profile])
    chief, holder = world.other_chief, Member(world, "1990002.03")
    if profile.startswith("csc"):
        moves_to(world, chief, "csc", "031186000022")
    drafted = world.other_maker.drafts(debit_account="3712.0.1990002")
    signing = chief.signs(world.other_maker.submits(drafted, to=chief), holder)

    with working(world.house):
        world.phone.prompt(chief)
        assert (world.transaction(signing).status, chief.watches(signing)["phase"]) == ("sending", "waiting")

        other = world.chief.signs(world.submitted(), world.holder)
        world.phone.approves(world.chief)
        assert eventually(lambda: world.chief.watches(other)["phase"] == "signed")
        assert (world.transaction(signing).status, chief.watches(signing)["phase"]) == ("sending", "waiting")

        world.phone.approves(chief)
        assert eventually(lambda: chief.watches(signing)["phase"] == "signed")

    assert holder.sees(drafted)["status"] == "awaiting_account_holder"
    assert (len(world.prompted_at_ca(signing)), len(world.signed_at_ca(signing))) == (1, 1)
    assert world.breaches() == []
