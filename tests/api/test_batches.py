"""The two steps of a batch over HTTP: showing the list, and confirming exactly that list."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from marshmallow import RAISE, Schema
from sqlalchemy import func, select, update

from backend.models import Certificate, SigningTransaction
from backend.services.house import House
from shared_schemas.batches import BatchList
from shared_schemas.problems import Problem
from tests.adapters.pdf.pki import issue

from .conftest import People

_NOBODYS = "00000000-0000-4000-8000-000000000000"


def _is(schema: type[Schema], body: Any) -> None:
    assert schema(unknown=RAISE).validate(body) == {}


@pytest.fixture
def waiting(signed_in: People, house: House, tmp_path: Path) -> list[dict[str, Any]]:
    """Two dossiers the chief accountant has opened; the certificate is one of a licensed CA."""
    root = issue("Root", authority=True)
    own = issue("Trần Văn Minh", root)
    (tmp_path / "trust").mkdir(exist_ok=True)
    (tmp_path / "trust" / "root.pem").write_bytes(root.pem)
    with house.begin() as session:
        values = {"der": own.der, "fingerprint": own.fingerprint.hex(), "chain": [base64.b64encode(root.der).decode()]}
        session.execute(update(Certificate).where(Certificate.user_id == signed_in.chief.user_id).values(**values))
    found = []
    for _ in range(2):
        draft = signed_in.maker.begins()
        words = {"expected_version": draft["version"], "approver_id": signed_in.chief.user_id}
        assert signed_in.maker.sends(f"/api/dossiers/{draft['id']}/submit", words).status_code == 200
        found.append(signed_in.chief.gets(f"/api/dossiers/{draft['id']}").json)
    return found


def _list(people: People, dossiers: list[dict[str, Any]]) -> dict[str, Any]:
    items = [
        {
            "dossier_id": each["id"],
            "expected_version": each["version"],
            "seen_digests": [document["sha256"] for document in each["documents"]],
            "next_approver_id": None,
        }
        for each in dossiers
    ]
    return {"items": items, "next_approver_id": people.holder.user_id}


def _confirmed(people: People, dossiers: list[dict[str, Any]], digest: str) -> dict[str, Any]:
    proof = {"list_digest": digest, "provider_password": "Ky-so-2026", "second_factor": None}
    return {**_list(people, dossiers), **proof}


def test_the_list_is_what_the_schema_promises(signed_in: People, waiting: list[dict[str, Any]]) -> None:
    answer = signed_in.chief.sends("/api/batches/check", _list(signed_in, waiting))

    assert answer.status_code == 200, answer.text
    _is(BatchList, answer.json)
    assert (answer.json["count"], answer.json["total_amount"]) == (2, 37_380_000)


def test_a_refused_dossier_is_named_with_its_sentence(signed_in: People, waiting: list[dict[str, Any]]) -> None:
    waiting[0]["version"] += 1

    answer = signed_in.chief.sends("/api/batches/check", _list(signed_in, waiting)).json

    _is(BatchList, answer)
    (refused,) = answer["refused"]
    assert (refused["dossier_id"], refused["code"]) == (waiting[0]["id"], "voucher.stale")
    assert refused["title"].startswith("Chứng từ vừa được cập nhật.")


def test_another_list_than_the_one_shown_is_refused_and_says_what_changed(
    signed_in: People, house: House, waiting: list[dict[str, Any]]
) -> None:
    shown = signed_in.chief.sends("/api/batches/check", _list(signed_in, waiting)).json
    words = {"expected_version": waiting[1]["version"], "approver_id": signed_in.chief.user_id}
    signed_in.maker.sends(f"/api/dossiers/{waiting[1]['id']}/reassign", words)

    answer = signed_in.chief.sends("/api/batches", _confirmed(signed_in, waiting, shown["list_digest"]))

    _is(Problem, answer.json)
    assert (answer.status_code, answer.json["code"], answer.json["sign_state"]) == (
        409,
        "batch.changed",
        "none_created",
    )
    (refused,) = answer.json["facts"]["refused"]
    assert (refused["dossier_id"], refused["code"]) == (waiting[1]["id"], "voucher.stale")
    assert refused["title"]
    with house.read() as session:
        assert session.execute(select(func.count()).select_from(SigningTransaction)).scalar_one() == 0


def test_a_list_that_was_never_shown_is_refused(signed_in: People, waiting: list[dict[str, Any]]) -> None:
    answer = signed_in.chief.sends("/api/batches", _confirmed(signed_in, waiting, "0" * 64))

    assert (answer.status_code, answer.json["code"], answer.json["facts"]) == (409, "batch.changed", {"refused": []})


def test_confirming_needs_an_idempotency_key(signed_in: People, waiting: list[dict[str, Any]]) -> None:
    words = _confirmed(signed_in, waiting, "0" * 64)

    answer = signed_in.chief.sends("/api/batches", words, key=" ")

    assert (answer.status_code, answer.json["code"]) == (400, "request.key_missing")


@pytest.mark.parametrize(
    "change",
    [
        {"items": []},
        {"items": "all"},
        {"list_digest": "abc"},
        {"list_digest": None},
        {"status": "settled"},
        {"items": [{"dossier_id": _NOBODYS, "expected_version": 1, "seen_digests": [], "next_approver_id": None}]},
    ],
    ids=str,
)
def test_a_body_that_is_not_a_list_is_refused(signed_in: People, change: dict[str, Any]) -> None:
    item = {"dossier_id": str(uuid4()), "expected_version": 1, "seen_digests": ["0" * 64], "next_approver_id": None}
    words = {
        "items": [item],
        "next_approver_id": None,
        "list_digest": "0" * 64,
        "provider_password": None,
        "second_factor": None,
    }

    answer = signed_in.chief.sends("/api/batches", {**words, **change})

    assert (answer.status_code, answer.json["code"]) == (422, "content.invalid")


def test_a_dossier_named_twice_is_a_field_to_mend(signed_in: People, waiting: list[dict[str, Any]]) -> None:
    answer = signed_in.chief.sends("/api/batches/check", _list(signed_in, [waiting[0], waiting[0]]))

    assert answer.status_code == 422
    assert [each["path"] for each in answer.json["fields"]] == ["items.1.dossier_id"]


def test_a_dossier_of_somebody_else_does_not_exist_in_a_list(signed_in: People, waiting: list[dict[str, Any]]) -> None:
    foreign = {**waiting[0], "id": str(uuid4())}

    answer = signed_in.chief.sends("/api/batches/check", _list(signed_in, [foreign, waiting[1]])).json

    _is(BatchList, answer)
    assert [(each["code"], each["dossier_code"]) for each in answer["refused"]] == [("perm.not_found", None)]


def test_no_such_batch(signed_in: People) -> None:
    path = f"/api/batches/{uuid4()}"

    answers = [
        signed_in.chief.gets(path),
        signed_in.chief.sends(f"{path}/cancel", {}),
        signed_in.chief.sends(f"{path}/not-mine", {}),
    ]

    assert [(answer.status_code, answer.json["code"]) for answer in answers] == [(404, "perm.not_found")] * 3
