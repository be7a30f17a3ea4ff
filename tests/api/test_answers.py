"""What the use cases answer is what the schemas promise: the same bodies a phone gets, held against the description."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import RAISE, Schema

from shared_schemas import documents, dossiers, health, problems, providers, realtime, reference, session

from .conftest import People


def _is(schema: type[Schema], body: Any) -> None:
    assert schema(unknown=RAISE).validate(body) == {}


def test_sessions(signed_in: People) -> None:
    for somebody in signed_in.everybody():
        _is(session.Session, somebody.gets("/api/session").json)


def test_reference_data(signed_in: People) -> None:
    maker = signed_in.maker
    maker.begins()
    answers = {
        "/api/health": health.Health,
        "/api/providers": providers.ProviderList,
        "/api/accounts": reference.AccountList,
        "/api/forms": reference.FormList,
        "/api/treasury-offices?q=Ba%20%C4%90%C3%ACnh": reference.TreasuryOfficeList,
        "/api/banks?q=cong": reference.BankList,
        "/api/payees?q=dien": reference.PayeeList,
    }
    for path, schema in answers.items():
        body = maker.gets(path).json
        _is(schema, body)
        assert body.get("items", [1]), path


def test_an_amount_in_words(signed_in: People) -> None:
    body = signed_in.maker.gets("/api/amount-in-words/18690000").json

    _is(reference.AmountInWords, body)
    assert body["words"] == "Mười tám triệu sáu trăm chín mươi nghìn đồng"


def _submits(people: People) -> dict[str, Any]:
    maker = people.maker
    dossier = maker.begins()
    path = f"/api/dossiers/{dossier['id']}"
    check = maker.sends(f"{path}/check", {}).json
    _is(problems.Check, check)
    assert check["fields"] == [], check
    chosen = maker.gets(f"{path}/approvers").json
    _is(dossiers.ApproverList, chosen)
    words = {"expected_version": dossier["version"], "approver_id": people.chief.user_id}
    submitted = maker.sends(f"{path}/submit", words)
    assert submitted.status_code == 200, submitted.text
    return submitted.json  # type: ignore[no-any-return]


def test_a_dossier_from_the_desk_to_the_chief_and_back(signed_in: People) -> None:
    maker, chief = signed_in.maker, signed_in.chief
    dossier = _submits(signed_in)
    _is(dossiers.Dossier, dossier)
    _is(dossiers.Inbox, maker.gets("/api/inbox").json)
    waiting = chief.gets("/api/inbox").json
    _is(dossiers.Inbox, waiting)
    assert (waiting["count"], waiting["total_amount"]) == (1, 18_690_000)
    _is(dossiers.Dossier, chief.gets(f"/api/dossiers/{dossier['id']}").json)
    _is(realtime.EventList, chief.gets("/api/events").json)

    words = {"expected_version": dossier["version"], "reason": "Sai tài khoản nhận tiền"}
    returned = chief.sends(f"/api/dossiers/{dossier['id']}/return", words)

    assert (returned.status_code, returned.json["status"]) == (200, "returned_by_chief_accountant")
    _is(dossiers.Dossier, returned.json)
    reopened = maker.sends(f"/api/dossiers/{dossier['id']}/reopen", {"expected_version": returned.json["version"]})
    _is(dossiers.Dossier, reopened.json)
    gone = maker.sends(
        f"/api/dossiers/{dossier['id']}/cancel",
        {"expected_version": reopened.json["version"], "reason": "Không cần thanh toán nữa"},
    )
    _is(dossiers.Dossier, gone.json)
    history = maker.gets("/api/dossiers?status=cancelled&q=dien%20luc&min_amount=1").json
    _is(dossiers.DossierList, history)
    assert [row["id"] for row in history["items"]] == [dossier["id"]]


def test_a_dossier_taken_back_and_given_to_nobody_else(signed_in: People) -> None:
    dossier = _submits(signed_in)
    path = f"/api/dossiers/{dossier['id']}"

    stale = signed_in.maker.sends(f"{path}/withdraw", {"expected_version": dossier["version"] - 1, "reason": None})
    taken = signed_in.maker.sends(f"{path}/withdraw", {"expected_version": dossier["version"], "reason": None})

    assert (stale.status_code, stale.json["code"]) == (409, "voucher.stale")
    assert (taken.status_code, taken.json["status"]) == (200, "draft")
    _is(dossiers.Dossier, taken.json)


def test_the_files_of_a_dossier(signed_in: People) -> None:
    document = _submits(signed_in)["documents"][0]
    chief = signed_in.chief

    pdf = chief.gets(document["pdf_url"])
    page = chief.gets(document["page_urls"][0] + "?w=1080")
    verdict = chief.gets(document["signatures_url"])

    assert pdf.data.startswith(b"%PDF-") and pdf.mimetype == "application/pdf"
    assert pdf.headers["Cache-Control"] == "no-store"
    assert pdf.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert pdf.headers["Content-Disposition"].startswith("attachment; filename=")
    assert pdf.headers["ETag"] == f'"{document["sha256"]}"'
    assert page.data[8:12] == b"WEBP" and page.headers["Cache-Control"] == "no-store"
    assert (
        chief.gets(document["page_urls"][0] + "?w=1080", headers={"If-None-Match": page.headers["ETag"]}).status_code
        == 304
    )
    _is(documents.DocumentSignatures, verdict.json)
    assert chief.gets(document["page_urls"][0].replace("/1.webp", "/99.webp")).status_code == 404
    assert signed_in.stranger.gets(document["pdf_url"]).status_code == 404


def test_signing_bytes_that_nobody_saw_signs_nothing_and_says_so(signed_in: People) -> None:
    dossier = _submits(signed_in)
    words = {
        "expected_version": dossier["version"],
        "seen_digests": ["0" * 64],
        "next_approver_id": signed_in.holder.user_id,
        "provider_password": None,
        "second_factor": None,
    }

    response = signed_in.chief.sends(f"/api/dossiers/{dossier['id']}/sign", words)

    _is(problems.Problem, response.json)
    assert (response.status_code, response.json["code"], response.json["sign_state"]) == (
        409,
        "voucher.changed",
        "none_created",
    )


@pytest.mark.parametrize("person", ["chief", "holder"])
def test_signing_what_is_not_ones_own_signs_nothing(signed_in: People, person: str) -> None:
    dossier = signed_in.maker.begins()
    words = {
        "expected_version": dossier["version"],
        "seen_digests": ["0" * 64],
        "next_approver_id": None,
        "provider_password": None,
        "second_factor": None,
    }

    response = getattr(signed_in, person).sends(f"/api/dossiers/{dossier['id']}/sign", words)

    assert (response.status_code, response.json["sign_state"]) == (404, "none_created")


def test_a_knock_may_come_by_get_with_a_body_all_the_same(people: People) -> None:
    client, told = people.maker.client, b'{"meta_data": {"transaction_id": "nobody"}}'

    knock = client.get("/api/callbacks/viettel", data=told, base_url="https://kkb.test")
    large = client.get("/api/callbacks/viettel", data=b"x" * 70_000, base_url="https://kkb.test")

    assert (knock.status_code, knock.json) == (200, {"status_code": "00", "message": "Thanh cong"})
    assert large.status_code == 413


def test_a_knock_of_an_unknown_provider_is_not_found_and_a_large_one_is_refused(people: People) -> None:
    client = people.maker.client

    unknown = client.post("/api/callbacks/nobody", data=b"{}", base_url="https://kkb.test")
    large = client.post("/api/callbacks/nobody", data=b"x" * 70_000, base_url="https://kkb.test")

    assert (unknown.status_code, large.status_code) == (404, 413)
