"""kill −9 at each labelled recovery point (S1–S12), before and after each commit; then somebody else goes on.

A dossier is carried through many deaths: each process dies at the next point, its successor takes over. In the end the
CA's ledger, the rows, the files and the Treasury's folder must tell of exactly one signature per step and one delivery.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
import requests

from backend.smoke import Visitor
from tests.chaos.conftest import Town
from tests.support.servers import Process, eventually

BEFORE_ANY_REQUEST = ("S1.before_commit", "S1.place_committed", "S2.before_commit")
BEFORE_THE_YES = ("S3.before_commit", "S6.waiting_committed")
AFTER_THE_YES = (
    "S8.before_commit",
    "S8.collected_committed",
    "S9.before_blob",
    "S9.blob_written",
    "S9.before_commit",
    "S9.embedded_committed",
    "S10.before_commit",
    "S11.before_knocks",
)
AT_THE_END = (
    "S10.settled_committed",
    "S12.before_delivery",
    "S12.delivered",
    "S12.before_receipt_commit",
    "S12.receipt_committed",
)


class Fragile:
    """The web process, killed in the middle of one request after the other."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._web: Process = town.instance.processes[0]

    def restarts(self, **env: str) -> None:
        self._web.kill()
        self._web = self._town.instance.web(**env)

    def dies_signing(self, point: str, person: Visitor, dossier: dict[str, Any], next_id: str, key: str) -> None:
        self.restarts(CRASH_AT=point)
        with pytest.raises(requests.ConnectionError):
            person.sign(dossier, next_id, key=key)

    def dies_at_a_knock(self, point: str, knock: dict[str, str]) -> None:
        self.restarts(CRASH_AT=point)
        with pytest.raises(requests.ConnectionError):
            _knocks(self._town, knock)


def _knocks(town: Town, knock: dict[str, str]) -> bool:
    return requests.post(f"{town.instance.base_url}/api/callbacks/vnpt", json=knock, timeout=30).ok


def _knock_for(prompt: dict[str, Any]) -> dict[str, str]:
    return {"tranId": prompt["id"], "refTranId": prompt["client_ref"]}


@pytest.mark.fault("F1", "F2", "F5", "F8", "F9", "F10", "F11")
def test_processes_killed_at_every_point_of_a_dossier_sign_each_step_once_and_deliver_once(town: Town) -> None:
    dossier, key = town.submitted(), str(uuid4())
    _ = town.chief.id, town.holder.id
    web = Fragile(town)
    for point in BEFORE_ANY_REQUEST:
        web.dies_signing(point, town.chief, dossier, town.holder.id, key)
        # The place of a taker that died is free after ninety seconds, which nobody waits for here.
        town.administrator("UPDATE idempotency_key SET created_at = '2026-01-01 00:00:00'")
    assert town.sandbox.waiting(town.chief.login) == []
    web.dies_signing("S2.prepared_committed", town.chief, dossier, town.holder.id, key)
    web.restarts()

    seen = town.chief.dossier(dossier["id"])
    again = town.chief.sign(dossier, town.holder.id, key=key)
    assert (seen["status"], again["id"]) == ("signing_chief_accountant", seen["signing"]["id"])

    for point in BEFORE_THE_YES:
        town.worker_dies_at(point)
    town.phone.approves(town.chief.login)
    for point in AFTER_THE_YES:
        town.worker_dies_at(point)
    town.wait(town.chief, again, "signed")
    seen = town.holder.dossier(dossier["id"])
    assert seen["documents"][0]["revision"] == "second_signature"
    town.signed_once(again)

    second = town.holder.sign(seen)
    town.worker_dies_at("S6.waiting_committed")
    town.phone.approves(town.holder.login)
    for point in AT_THE_END:
        town.worker_dies_at(point)
    town.instance.worker()
    eventually(lambda: town.holder.dossier(dossier["id"])["receipt_no"], what=town.logs())
    assert len(list((town.instance.folder / "treasury").glob("*/*/receipt.json"))) == 1
    town.signed_once(second)


@pytest.mark.fault("F3")
def test_a_worker_killed_between_sending_and_the_call_leaves_a_retry_over_the_same_bytes(town: Town) -> None:
    dossier = town.submitted()
    lost = town.chief.sign(dossier, town.holder.id)
    town.worker_dies_at("S3.sending_committed")
    town.instance.worker()
    town.wait(town.chief, lost, "unknown")
    assert town.told_by_ca(lost, "prompts") == 0

    town.chief.post(f"/api/signings/{lost['id']}/cancel", {})
    again = town.chief.sign(town.chief.dossier(dossier["id"]), town.holder.id)
    town.phone.approves(town.chief.login)

    town.wait(town.chief, again, "signed")
    assert town.row(lost).documents[0].digest == town.row(again).documents[0].digest
    town.signed_once(again)


@pytest.mark.fault("F4")
def test_a_worker_killed_after_the_ca_accepted_but_before_that_was_written_down_never_asks_again(town: Town) -> None:
    for point in ("S5.answered", "S6.before_commit"):
        signing = town.chief.sign(town.submitted(), town.holder.id)
        town.worker_dies_at(point)
        survivor = town.instance.worker()
        town.wait(town.chief, signing, "unknown")

        # The CA's knock brings the id that was lost; the worker asks, and only then believes.
        assert _knocks(town, _knock_for(town.phone.approves(town.chief.login)))

        town.wait(town.chief, signing, "signed")
        town.signed_once(signing)
        survivor.stop()


@pytest.mark.fault("F6", "F7")
def test_a_web_process_killed_around_the_writing_of_a_knock_loses_latency_only(town: Town) -> None:
    web = Fragile(town)
    for point in ("S7.before_inbox_commit", "S7.inbox_committed"):
        signing = town.chief.sign(town.submitted(), town.holder.id)
        worker = town.instance.worker()
        town.wait(town.chief, signing, "waiting")
        web.dies_at_a_knock(point, _knock_for(town.phone.approves(town.chief.login)))
        web.restarts()

        town.wait(town.chief, signing, "signed")
        town.signed_once(signing)
        worker.stop()


@pytest.mark.fault("F26", "F28")
def test_workers_killed_around_an_ending_end_it_once(town: Town) -> None:
    refused = town.submitted()
    signing = town.chief.sign(refused, town.holder.id)
    town.worker_dies_at("S6.waiting_committed")
    town.sandbox.control(f"/_control/transactions/{town.phone.prompt(town.chief.login)['id']}/refuse", {})
    town.worker_dies_at("S10.before_ending_commit")
    town.worker_dies_at("S10.ending_committed")
    town.wait(town.chief, signing, "rejected")

    late = town.chief.sign(town.chief.dossier(refused["id"]), town.holder.id)
    town.worker_dies_at("S6.waiting_committed")
    town.chief.post(f"/api/signings/{late['id']}/cancel", {})
    town.phone.approves(town.chief.login)
    town.worker_dies_at("S10.before_orphan_commit")
    town.worker_dies_at("S10.orphan_committed")
    town.wait(town.chief, late, "orphan")

    assert town.chief.dossier(refused["id"])["status"] == "awaiting_chief_accountant"
