"""kill −9 at each labelled recovery point (S2–S12), before and after each commit; then somebody else goes on.

One dossier is carried through all of them: each worker dies at the next point, its successor takes over. In the end
the CA's ledger, the rows, the files and the Treasury's folder must tell of exactly one signature per step and one
delivery.
"""

from __future__ import annotations

from typing import Any

import pytest
import requests

from tests.chaos.conftest import Town
from tests.support.servers import eventually

BEFORE_THE_YES = ("S3.before_commit", "S6.waiting_committed")
AFTER_THE_YES = (
    "S8.before_commit",
    "S8.collected_committed",
    "S9.before_blob",
    "S9.blob_written",
    "S9.before_commit",
    "S9.embedded_committed",
    "S10.before_commit",
    "S10.settled_committed",
)
DELIVERY = ("S12.before_delivery", "S12.delivered", "S12.receipt_committed")


def _dies_at(town: Town, point: str) -> None:
    town.dies(town.instance.worker(CRASH_AT=point))


def _once(town: Town, signing: dict[str, Any]) -> None:
    assert town.told_by_ca(signing, "prompts") == 1
    assert town.told_by_ca(signing, "signatures") == 1


def test_workers_killed_at_every_point_of_one_signature_sign_it_once(town: Town) -> None:
    dossier = town.submitted()
    signing = town.chief.sign(dossier, town.holder.id)
    for point in BEFORE_THE_YES:
        _dies_at(town, point)
    town.phone.approves(town.chief.login)
    for point in AFTER_THE_YES:
        _dies_at(town, point)

    town.wait(town.chief, signing, "signed")

    assert town.holder.dossier(dossier["id"])["documents"][0]["revision"] == "second_signature"
    _once(town, signing)


def test_workers_killed_around_the_delivery_deliver_once(town: Town) -> None:
    dossier = town.submitted()
    town.sandbox.decides("vnpt", town.chief.login, "approve")
    town.sandbox.decides("vnpt", town.holder.login, "approve")
    try:
        worker = town.instance.worker()
        first = town.chief.sign(dossier, town.holder.id)
        town.wait(town.chief, first, "signed")
        worker.stop()
        second = town.holder.sign(town.holder.dossier(dossier["id"]))
        for point in DELIVERY:
            _dies_at(town, point)
    finally:
        town.sandbox.decides("vnpt", town.chief.login, "ask")
        town.sandbox.decides("vnpt", town.holder.login, "ask")
    town.instance.worker()

    eventually(lambda: town.holder.dossier(dossier["id"])["receipt_no"], what=town.logs())

    receipts = list((town.instance.folder / "treasury").glob("*/*/receipt.json"))
    assert len(receipts) == 1
    _once(town, second)


def test_a_worker_killed_after_the_ca_accepted_but_before_it_was_written_down_never_asks_again(town: Town) -> None:
    dossier = town.submitted()
    signing = town.chief.sign(dossier, town.holder.id)
    _dies_at(town, "S5.answered")
    town.instance.worker()
    town.wait(town.chief, signing, "unknown")

    # The CA's knock brings the id that was lost; the worker asks, and only then believes.
    prompt = town.phone.approves(town.chief.login)
    knock = {"tranId": prompt["id"], "refTranId": prompt["client_ref"]}
    assert requests.post(f"{town.instance.base_url}/api/callbacks/vnpt", json=knock, timeout=30).ok

    town.wait(town.chief, signing, "signed")
    _once(town, signing)


def test_a_worker_killed_between_sending_and_the_call_leaves_a_retry_over_the_same_bytes(town: Town) -> None:
    dossier = town.submitted()
    lost = town.chief.sign(dossier, town.holder.id)
    _dies_at(town, "S3.sending_committed")
    town.instance.worker()
    town.wait(town.chief, lost, "unknown")
    assert town.told_by_ca(lost, "prompts") == 0

    town.chief.post(f"/api/signings/{lost['id']}/cancel", {})
    again = town.chief.sign(town.chief.dossier(dossier["id"]), town.holder.id)
    town.phone.approves(town.chief.login)

    town.wait(town.chief, again, "signed")
    assert town.row(lost).documents[0].digest == town.row(again).documents[0].digest
    _once(town, again)


def test_a_web_process_killed_before_the_first_commit_has_asked_nobody(town: Town) -> None:
    dossier = town.submitted()
    _ = town.chief.id, town.holder.id
    town.instance.processes[0].stop()
    fragile = town.instance.web(CRASH_AT="S2.before_commit")

    with pytest.raises(requests.ConnectionError):
        town.chief.sign(dossier, town.holder.id)

    fragile.stop()
    town.instance.web()
    seen = town.chief.dossier(dossier["id"])
    assert (seen["status"], seen["signing"]) == ("awaiting_chief_accountant", None)
    town.instance.worker()
    signing = town.chief.sign(seen, town.holder.id)
    town.phone.approves(town.chief.login)
    town.wait(town.chief, signing, "signed")
    _once(town, signing)


def test_a_web_process_killed_while_it_writes_a_knock_down_loses_latency_only(town: Town) -> None:
    dossier = town.submitted()
    signing = town.chief.sign(dossier, town.holder.id)
    town.instance.worker()
    town.wait(town.chief, signing, "waiting")
    town.instance.processes[0].stop()
    fragile = town.instance.web(CRASH_AT="S7.before_inbox_commit")
    prompt = town.phone.approves(town.chief.login)
    knock = {"tranId": prompt["id"], "refTranId": prompt["client_ref"]}

    with pytest.raises(requests.ConnectionError):
        requests.post(f"{town.instance.base_url}/api/callbacks/vnpt", json=knock, timeout=30)

    fragile.stop()
    town.instance.web()
    town.wait(town.chief, signing, "signed")
    _once(town, signing)
