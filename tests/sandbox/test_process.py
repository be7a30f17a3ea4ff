"""The process itself: where it refuses to start, what survives a restart, how it ends."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.support.servers import ROOT

from .conftest import SandboxProcess, Viettel, Vnpt, digest_of, eventually

ONE = digest_of("KBNN voucher 0001")


def start_and_fail(tmp_path: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "backend.sandbox"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(tmp_path), **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    ("env", "word"),
    [
        ({"APP_ENV": "production"}, "production"),
        ({"APP_ENV": " Production "}, "production"),
        ({"SANDBOX_PORT": "http"}, "SANDBOX_PORT"),
        ({"SANDBOX_FAULT_RATE": "5"}, "SANDBOX_FAULT_RATE"),
        ({"SANDBOX_STRICT": "yes"}, "SANDBOX_STRICT"),
        ({"SANDBOX_VNPT_LIFE_S": "five"}, "VNPT_LIFE_S"),
        ({"SANDBOX_TOKEN_LIFE_S": "-1"}, "TOKEN_LIFE_S"),
    ],
)
def test_it_refuses_to_start_with_one_clear_line(tmp_path: Path, env: dict[str, str], word: str) -> None:
    ended = start_and_fail(tmp_path, **env)

    assert ended.returncode != 0
    assert ended.stdout == ""
    assert len(ended.stderr.splitlines()) == 1 and word in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_it_listens_on_loopback_unless_told_otherwise(sandbox: SandboxProcess) -> None:
    listening = subprocess.run(["ss", "-ltnH", f"sport = :{sandbox.port}"], capture_output=True, text=True, check=False)

    assert listening.stdout.split()[3] == f"127.0.0.1:{sandbox.port}"


def own_address() -> str:
    """An address of this machine that is not loopback, or an empty string. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])


@pytest.mark.skipif(not own_address(), reason="this machine has no address but loopback")
def test_a_phone_in_the_network_reaches_the_phone_page_but_not_the_control_api(own_sandbox: Any) -> None:
    sandbox = own_sandbox(SANDBOX_HOST="0.0.0.0")
    seen_from_outside = f"http://{own_address()}:{sandbox.port}"

    assert requests.get(f"{seen_from_outside}/phone", timeout=30).status_code == 200
    assert requests.get(f"{seen_from_outside}/_control/health", timeout=30).status_code == 403
    assert requests.get(f"{seen_from_outside}/_ledger", timeout=30).status_code == 403


def test_sigterm_ends_it_cleanly_even_with_a_caller_waiting(own_sandbox: Any) -> None:
    sandbox = own_sandbox()
    party = Viettel(sandbox.url, sandbox.enrol("viettel")["uid"])
    party.login()
    order = party.order([ONE], **{"async": 0})

    with ThreadPoolExecutor(1) as caller:
        caller.submit(party.post, "signHash", order)
        eventually(lambda: sandbox.waiting(party.uid))
        assert sandbox.stop() == 0


def test_it_says_once_that_it_listens(own_sandbox: Any) -> None:
    sandbox = own_sandbox()
    sandbox.stop()
    said = sandbox.process.log.read_text()

    assert len(said.splitlines()) == 1 and str(sandbox.port) in said


def test_a_restart_keeps_the_ca_the_people_and_what_waits(own_sandbox: Any) -> None:
    first = own_sandbox()
    person = first.enrol("viettel")
    revoked = first.enrol("vnpt", password="x")
    first.control(f"/_control/subscribers/vnpt/{revoked['uid']}/revoke", {})
    party = Viettel(first.url, person["uid"])
    party.login()
    transaction = party.sign([ONE]).json()["transactionId"]
    ledger = first.ledger(uid=person["uid"])
    first.stop()

    second = own_sandbox()

    party = Viettel(second.url, person["uid"])
    known = {p["uid"]: p for p in second.control("/_control/subscribers", method="GET")}
    assert known[person["uid"]]["certificate_der_b64"] == person["certificate_der_b64"]
    assert known[person["uid"]]["chain_der_b64"] == person["chain_der_b64"]
    assert known[revoked["uid"]]["certificate_state"] == "revoked"
    assert second.ledger(uid=person["uid"]) == ledger
    assert party.status(transaction).status_code == 401
    party.login()
    second.phone(transaction, "approve")
    assert party.status(transaction).json()["status"] == "1"


def test_a_restart_keeps_refresh_tokens(own_sandbox: Any) -> None:
    first = own_sandbox()
    party = Vnpt(first.url, first.enrol("vnpt", password="x")["uid"], "x")
    party.login()
    first.stop()

    second = own_sandbox()

    assert Vnpt(second.url, party.uid, "x").refresh(party.refresh_token).ok


def test_a_killed_sandbox_keeps_what_it_answered(own_sandbox: Any) -> None:
    first = own_sandbox()
    party = Viettel(first.url, first.enrol("viettel")["uid"])
    party.login()
    transaction = party.sign([ONE]).json()["transactionId"]
    first.process.kill()

    second = own_sandbox()

    assert [shown["id"] for shown in second.waiting(party.uid)] == [transaction]
    assert [prompt["transaction"] for prompt in second.ledger(digest=ONE)["prompts"]] == [transaction]


def test_another_relying_party_can_be_configured(own_sandbox: Any) -> None:
    sandbox = own_sandbox(SANDBOX_VIETTEL_CLIENT_ID="another", SANDBOX_VNPT_CLIENT_SECRET="another")
    viettel = Viettel(sandbox.url, sandbox.enrol("viettel")["uid"])
    assert viettel.login().json()["error"] == 58007
    viettel.keys = {**viettel.keys, "client_id": "another"}
    assert viettel.login().ok

    vnpt = Vnpt(sandbox.url, sandbox.enrol("vnpt", password="x")["uid"], "x")
    assert vnpt.login().json()["error"] == "invalid_client"
    vnpt.client = {**vnpt.client, "client_secret": "another"}
    assert vnpt.login().ok
