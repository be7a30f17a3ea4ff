"""kill −9 while a list that was confirmed as one is asked, signed and taken apart again; then somebody else goes on."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from backend.smoke import Visitor
from tests.chaos.conftest import Town
from tests.support.servers import eventually

BEFORE_THE_YES = ("S3.before_commit", "S6.waiting_committed")
AFTER_THE_YES = ("S8.before_commit", "S8.collected_committed", "S9.before_commit", "S10.before_commit")


def confirms(person: Visitor, dossiers: list[dict[str, Any]], next_id: str, key: str) -> dict[str, Any]:
    """Open each, look at the list, confirm it twice as a nervous thumb does; the batch of the first tap."""
    seen = [person.dossier(each["id"]) for each in dossiers]
    items = [
        {
            "dossier_id": each["id"],
            "expected_version": each["version"],
            "seen_digests": [document["sha256"] for document in each["documents"]],
            "next_approver_id": None,
        }
        for each in seen
    ]
    words: dict[str, Any] = {"items": items, "next_approver_id": next_id}
    shown = person.post("/api/batches/check", words)
    proof = {"list_digest": shown["list_digest"], "provider_password": person.password, "second_factor": None}
    first, second = (person.post("/api/batches", words | proof, key=key) for _ in range(2))
    assert first == second
    return first


def test_workers_killed_at_every_point_of_a_batch_sign_every_dossier_once(town: Town) -> None:
    batch = confirms(town.chief, [town.submitted() for _ in range(9)], town.holder.id, str(uuid4()))
    for point in BEFORE_THE_YES:
        town.worker_dies_at(point)
    town.phone.approves(town.chief.login)
    for point in AFTER_THE_YES:
        town.worker_dies_at(point)
    town.instance.worker()

    path = f"/api/batches/{batch['id']}"
    eventually(lambda: town.chief.get(path)["phase"] == "done", what=f"the batch ends; logs:\n{town.logs()}")

    assert [item["phase"] for item in town.chief.get(path)["items"]] == ["signed"] * 9
    for item in batch["items"]:
        town.signed_once({"id": item["signing_id"]})
