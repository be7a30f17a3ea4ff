"""The worker as it runs, with its own threads: a CA that hangs holds up nobody else, and no knock is lost (F16)."""

from __future__ import annotations

import dataclasses
from threading import Event
from typing import Any

from backend.domain.providers import (
    OpenTransaction,
    PollResult,
    ProviderSession,
    SignatureRequest,
    Submission,
)
from backend.services.house import House
from backend.services.ports import SigningProvider
from tests.support.servers import eventually
from tests.support.world import World, working


class Hangs:
    """A CA that takes the request and says nothing until it is let go."""

    def __init__(self, provider: SigningProvider) -> None:
        self.descriptor = provider.descriptor
        self.let_go = Event()
        self.held = Event()
        self._provider = provider

    def request_signature(self, session: ProviderSession, request: SignatureRequest) -> Submission:
        self.held.set()
        self.let_go.wait(120)
        return self._provider.request_signature(session, request)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)


class AnsweredSlowly:
    """A CA whose answer to a poll tells what was true when it was asked."""

    def __init__(self, provider: SigningProvider) -> None:
        # So rarely that only a knock can bring the next question in time.
        self.descriptor = dataclasses.replace(provider.descriptor, poll_interval_s=600)
        self.asked = Event()
        self.may_answer = Event()
        self._provider = provider

    def poll(self, session: ProviderSession, transaction: OpenTransaction) -> PollResult:
        answer = self._provider.poll(session, transaction)
        self.asked.set()
        self.may_answer.wait(120)
        return answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._provider, name)


def _with(world: World, slug: str, ca: Any) -> House:
    return dataclasses.replace(world.house, providers={**world.house.providers, slug: ca})


def test_a_ca_that_hangs_with_all_its_threads_holds_up_no_other(world: World) -> None:
    dossier = world.submitted()
    world.signs(world.chief, dossier, world.deputy_holder)
    ca = Hangs(world.house.providers["vnpt"])
    hanging = world.chief.signs(world.submitted(), world.holder)

    with working(_with(world, "vnpt", ca), threads_per_provider=1):
        assert ca.held.wait(60)
        other = world.deputy_holder.signs(world.deputy_holder.sees(dossier))
        world.phone.approves(world.deputy_holder)
        assert eventually(lambda: world.deputy_holder.watches(other)["phase"] == "signed")
        assert world.transaction(hanging).status == "sending"
        ca.let_go.set()


def test_a_knock_while_the_ca_is_being_asked_has_it_asked_once_more(world: World) -> None:
    signing = world.chief.signs(world.submitted(), world.holder)
    world.hands.work()
    world.hands.go_home()
    ca = AnsweredSlowly(world.house.providers["vnpt"])

    with working(_with(world, "vnpt", ca)):
        assert ca.asked.wait(60)
        world.phone.approves(world.chief)
        with world.rows() as session:
            row = session.get_one(type(world.transaction(signing)), signing["id"])
            row.hurry_at = world.clock.now()
        assert eventually(lambda: world.transaction(signing).hurry_at is None)
        ca.may_answer.set()
        assert eventually(lambda: world.chief.watches(signing)["phase"] == "signed")
