"""The ledger tells the truth, and staged faults do exactly what their name says."""

from __future__ import annotations

import json
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.support.keys import next_key

from .conftest import SandboxProcess, Viettel, Vnpt, digest_of, verifies

ONE, TWO = digest_of("KBNN voucher 0001"), digest_of("KBNN voucher 0002")


def leaf_of(party: Viettel) -> str:
    return str(party.certificates().json()[0]["cert"]["certificates"][0])


def signed(sandbox: SandboxProcess, party: Viettel, digests: list[str]) -> list[str]:
    transaction = party.sign(digests).json()["transactionId"]
    sandbox.phone(transaction, "approve")
    return list(party.status(transaction).json()["signatures"])


def test_the_ledger_tells_prompts_and_signatures_by_digest(sandbox: SandboxProcess, viettel: Viettel) -> None:
    digest = digest_of(f"only in this test {viettel.uid}")
    transaction = viettel.sign([digest, TWO]).json()["transactionId"]
    assert [p["transaction"] for p in sandbox.ledger(digest=digest)["prompts"]] == [transaction]
    assert sandbox.ledger(digest=digest)["signatures"] == []

    sandbox.phone(transaction, "approve")

    serial = int(viettel.certificates().json()[0]["cert"]["serialNumber"])
    entries = sandbox.ledger(digest=digest)["signatures"]
    assert [(e["digest"], e["transaction"], int(e["serial"], 16)) for e in entries] == [(digest, transaction, serial)]


def test_a_second_decision_is_refused_and_signs_nothing(sandbox: SandboxProcess, viettel: Viettel) -> None:
    transaction = viettel.sign([ONE]).json()["transactionId"]

    def approve(_: int) -> int:
        url = f"{sandbox.url}/_control/transactions/{transaction}/approve"
        return requests.post(url, json={}, timeout=30).status_code

    with ThreadPoolExecutor(8) as fingers:
        statuses = sorted(fingers.map(approve, range(8)))

    assert statuses == [200] + [409] * 7
    assert len(sandbox.ledger(uid=viettel.uid)["signatures"]) == 1


def test_the_ledger_keeps_no_secrets_and_cannot_be_cleared(sandbox: SandboxProcess, vnpt: Vnpt) -> None:
    vnpt.login("ein falsches Passwort")
    vnpt.refresh(vnpt.refresh_token)

    file = (sandbox.data_dir / "sandbox" / "ledger.jsonl").read_text(encoding="utf-8")

    assert vnpt.uid in file
    for secret in (vnpt.password, "ein falsches Passwort", vnpt.token, vnpt.refresh_token, "c2FuZGJveA"):
        assert secret not in file
    assert requests.delete(f"{sandbox.url}/_ledger", timeout=30).status_code == 405


def test_the_file_has_what_the_ledger_says(sandbox: SandboxProcess, viettel: Viettel) -> None:
    signed(sandbox, viettel, [ONE])

    lines = (sandbox.data_dir / "sandbox" / "ledger.jsonl").read_text(encoding="utf-8").splitlines()

    mine = [entry for entry in map(json.loads, lines) if entry.get("uid") == viettel.uid]
    told = sandbox.ledger(uid=viettel.uid)
    assert {kind: len(entries) for kind, entries in told.items()} == {
        kind: sum(entry["kind"] == kind for entry in mine) for kind in told
    }


def test_a_lost_answer_leaves_the_work_done(sandbox: SandboxProcess, viettel: Viettel) -> None:
    order = viettel.order([ONE])
    sandbox.will("viettel", "sign", "lose_answer", viettel.uid)

    with pytest.raises(requests.ConnectionError):
        viettel.post("signHash", order)

    assert [shown["digests"] for shown in sandbox.waiting(viettel.uid)] == [[ONE]]
    assert sandbox.ledger(uid=viettel.uid)["requests"][-1]["fault"] == "lose_answer"


@pytest.mark.parametrize(
    ("kind", "status", "mime"),
    [
        ("http_500", 500, "text/html"),
        ("http_503", 503, "text/html"),
        ("html_200", 200, "text/html"),
        ("internal_error", 500, "application/json"),
    ],
)
def test_an_answer_instead_of_the_work_prompts_nobody(
    sandbox: SandboxProcess, viettel: Viettel, kind: str, status: int, mime: str
) -> None:
    order = viettel.order([ONE])
    sandbox.will("viettel", "sign", kind, viettel.uid)

    answer = viettel.post("signHash", order)

    assert (answer.status_code, answer.headers["Content-Type"].split(";")[0]) == (status, mime)
    assert sandbox.waiting(viettel.uid) == []
    assert viettel.post("signHash", order).ok


def test_a_delay_does_the_work_first_and_answers_later(sandbox: SandboxProcess, viettel: Viettel) -> None:
    order = viettel.order([ONE])
    sandbox.will("viettel", "sign", "delay", viettel.uid, seconds=20)

    with pytest.raises(requests.ReadTimeout):
        requests.post(
            f"{viettel.url}/viettel/vtss/service/signHash",
            json=order,
            timeout=0.5,
            headers={"Authorization": f"Bearer {viettel.token}"},
        )

    assert len(sandbox.waiting(viettel.uid)) == 1


def test_a_slow_drip_is_the_right_answer_spread_over_the_seconds(sandbox: SandboxProcess, viettel: Viettel) -> None:
    sandbox.will("viettel", "login", "slow_drip", viettel.uid, seconds=0.5)
    start = time.monotonic()

    answer = viettel.login()

    assert answer.json()["token_type"] == "Bearer"
    assert time.monotonic() - start >= 0.5


@pytest.mark.parametrize("kind", ["wrong_key", "wrong_digest", "garbage_signature"])
def test_a_bad_signature_looks_like_one_and_does_not_verify(
    sandbox: SandboxProcess, viettel: Viettel, kind: str
) -> None:
    sandbox.enrol("viettel")
    sandbox.will("viettel", "sign", kind, viettel.uid)

    signature = signed(sandbox, viettel, [ONE])[0]

    assert len(b64decode(signature)) == 256
    assert not verifies(leaf_of(viettel), ONE, signature)


def test_a_wrong_key_is_wrong_also_where_everybody_brought_the_same(own_sandbox: Callable[..., SandboxProcess]) -> None:
    sandbox, brought = own_sandbox(), next_key()
    sandbox.enrol("viettel", key_pem=brought)
    second = Viettel(sandbox.url, sandbox.enrol("viettel", key_pem=brought)["uid"])
    second.login()
    sandbox.will("viettel", "sign", "wrong_key", second.uid)

    assert [verifies(leaf_of(second), ONE, each) for each in signed(sandbox, second, [ONE])] == [False]
    assert [verifies(leaf_of(second), ONE, each) for each in signed(sandbox, second, [ONE])] == [True]


def test_the_ledger_tells_whose_key_a_wrong_key_was(sandbox: SandboxProcess, viettel: Viettel) -> None:
    sandbox.will("viettel", "sign", "wrong_key", viettel.uid)
    signed(sandbox, viettel, [ONE])

    own = int(viettel.certificates().json()[0]["cert"]["serialNumber"])

    assert [int(e["serial"], 16) != own for e in sandbox.ledger(uid=viettel.uid)["signatures"]] == [True]


def test_an_empty_signature_is_an_empty_string(sandbox: SandboxProcess, viettel: Viettel) -> None:
    sandbox.will("viettel", "sign", "empty_signature", viettel.uid)

    assert signed(sandbox, viettel, [ONE]) == [""]


def test_swapped_order_gives_each_document_the_signature_of_the_other(
    sandbox: SandboxProcess, viettel: Viettel
) -> None:
    sandbox.will("viettel", "sign", "swapped_order", viettel.uid)

    first, second = signed(sandbox, viettel, [ONE, TWO])

    assert verifies(leaf_of(viettel), TWO, first) and verifies(leaf_of(viettel), ONE, second)


def test_a_fault_happens_as_often_as_staged_and_to_nobody_else(sandbox: SandboxProcess, viettel: Viettel) -> None:
    bystander = Viettel(sandbox.url, sandbox.enrol("viettel")["uid"])
    sandbox.will("viettel", "login", "http_503", viettel.uid, times=2)

    assert bystander.login().status_code == 200
    assert [viettel.login().status_code for _ in range(3)] == [503, 503, 200]


def test_faults_can_be_cleared(sandbox: SandboxProcess, viettel: Viettel) -> None:
    sandbox.will("viettel", "any", "http_500", viettel.uid, times=-1)
    assert viettel.login().status_code == 500

    sandbox.control("/_control/faults", method="DELETE")

    assert viettel.login().status_code == 200


SOMEBODY = {"provider": "viettel", "uid": "CMT_012345678912", "full_name": "A", "id_number": "012345678912"}


def _on_a_curve() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("faults", {"provider": "viettel", "kind": "unheard_of"}),
        ("faults", {"provider": "viettel", "kind": "delay", "at": "lunch"}),
        ("faults", {"provider": "nobody", "kind": "delay"}),
        ("policy", {"provider": "viettel", "decide": "maybe"}),
        ("subscribers", {"provider": "viettel", "uid": "a", "full_name": "A", "id_number": "12"}),
        ("subscribers", {"provider": "viettel", "uid": "", "full_name": "A", "id_number": "123456789012"}),
        ("subscribers", {"provider": "elsewhere", "uid": "a", "full_name": "A", "id_number": "123456789012"}),
        ("subscribers", SOMEBODY | {"key_pem": "-----BEGIN PRIVATE KEY-----"}),
        ("subscribers", SOMEBODY | {"key_pem": _on_a_curve()}),
    ],
)
def test_the_control_api_says_what_is_wrong(sandbox: SandboxProcess, path: str, body: dict[str, Any]) -> None:
    answer = requests.post(f"{sandbox.url}/_control/{path}", json=body, timeout=30)

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_settling_leaves_no_fault_no_open_request_and_no_locked_account(sandbox: SandboxProcess, vnpt: Vnpt) -> None:
    vnpt.login()
    vnpt.sign([b64encode(b"x" * 32).decode()])
    sandbox.will("vnpt", "status", "http_500", vnpt.uid)
    for _ in range(5):
        vnpt.login("wrong")

    settled = sandbox.control("/_control/settle", {})

    assert settled["expired"] >= 1
    assert settled["unlocked"] == 1
    assert sandbox.control("/_control/faults", method="GET") == []
    assert sandbox.control(f"/_control/transactions?uid={vnpt.uid}&status=waiting", method="GET") == []
    assert vnpt.login().ok


def test_enrolling_twice_keeps_the_certificate_and_changes_the_password(sandbox: SandboxProcess) -> None:
    first = sandbox.enrol("vnpt", password="cũ")
    again = sandbox.enrol("vnpt", uid=first["uid"], id_number=first["id_number"], password="mới")

    assert again["certificate_der_b64"] == first["certificate_der_b64"]
    assert not Vnpt(sandbox.url, first["uid"], "cũ").login().ok
    assert Vnpt(sandbox.url, first["uid"], "mới").login().ok


def test_a_seeded_share_of_calls_misbehaves_when_asked_to(own_sandbox: Any) -> None:
    def statuses(sandbox: SandboxProcess) -> list[object]:
        party = Viettel(sandbox.url, sandbox.enrol("viettel", uid="CMT_000000000777")["uid"])
        return [outcome(party) for _ in range(12)]

    def outcome(party: Viettel) -> object:
        try:
            answer = party.login()
        except requests.ConnectionError:
            return "lost"
        return answer.status_code, answer.headers["Content-Type"]

    run = own_sandbox(SANDBOX_FAULT_RATE="0.5", SANDBOX_SEED="7")
    first = statuses(run)
    run.stop()

    assert len(set(first)) > 1
    assert statuses(own_sandbox(SANDBOX_FAULT_RATE="0.5", SANDBOX_SEED="7")) == first


def test_passwords_are_not_kept_in_clear(sandbox: SandboxProcess, vnpt: Vnpt) -> None:
    kept = "".join(path.read_text(encoding="utf-8") for path in Path(sandbox.data_dir).rglob("*.json"))

    assert vnpt.uid in kept
    assert vnpt.password not in kept
    assert b64encode(vnpt.password.encode()).decode() not in kept
