"""A CA's habits, staged weather, and who is spared: seeded, so that a bad day can be repeated."""

from __future__ import annotations

from base64 import b64decode
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from random import Random
from statistics import median
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa

from backend.sandbox import faults as faults_module
from backend.sandbox import personality
from backend.sandbox.faults import KINDS, TRANSPORT, BadFault, Faults
from backend.sandbox.mutations import HOW, genuine, spoilt
from backend.sandbox.settings import from_env

from .conftest import SandboxProcess, Viettel, Vnpt, digest_of, verifies

ONE = digest_of("KBNN voucher 0001")
CAS = ("viettel", "vnpt", "misa", "nacencomm", "csc")


def bad_day(faults: Faults, provider: str, uid: str, calls: int = 400) -> list[str | None]:
    drawn = [faults.take(provider, uid, "status", TRANSPORT) for _ in range(calls)]
    return [fault.kind if fault is not None else None for fault in drawn]


def test_five_calls_in_a_hundred_go_wrong_unless_somebody_says_otherwise() -> None:
    assert from_env({}).fault_rate == 0.05
    assert from_env({"SANDBOX_FAULT_RATE": "0"}).fault_rate == 0


@pytest.mark.parametrize("provider", CAS)
def test_the_share_of_bad_calls_is_the_rate_times_the_character(provider: str) -> None:
    days = [bad_day(Faults(1, 0.05), provider, f"p{number}") for number in range(20)]

    share = sum(kind is not None for day in days for kind in day) / sum(map(len, days))

    assert share == pytest.approx(0.05 * personality.of(provider).flakiness, rel=0.25)


def test_no_two_cas_stumble_alike() -> None:
    kinds = [tuple(sorted(Counter(personality.of(provider).habits).items())) for provider in CAS]
    pages = [personality.of(provider).page for provider in CAS]

    assert len(set(kinds)) == len(set(pages)) == len(CAS)


def test_habits_are_honest_troubles_only() -> None:
    lies = {"wrong_key", "wrong_digest", "garbage_signature", "mutated_signature", "notify_forged"}

    habits = {kind for provider in CAS for kind in personality.of(provider).habits}

    assert habits <= KINDS - lies


def test_a_ca_nobody_described_is_plain() -> None:
    assert personality.of("fifth") is personality.PLAIN


def test_the_same_seed_gives_one_person_the_same_day_whatever_others_do() -> None:
    quiet, busy = Faults(7, 0.3), Faults(7, 0.3)
    bad_day(busy, "vnpt", "somebody else")

    assert bad_day(quiet, "vnpt", "her") == bad_day(busy, "vnpt", "her")
    assert bad_day(Faults(8, 0.3), "vnpt", "her") != bad_day(Faults(7, 0.3), "vnpt", "her")


def test_each_ca_thinks_in_its_own_time() -> None:
    chance = Random(1)
    thought = {provider: [personality.of(provider).thinks_s(chance) for _ in range(500)] for provider in CAS}

    for provider, seconds in thought.items():
        assert median(seconds) * 1000 == pytest.approx(personality.of(provider).median_ms, rel=0.2)
        assert max(seconds) <= personality.SLOWEST_S


def test_the_spared_are_left_alone_and_the_staged_still_happens() -> None:
    faults = Faults(1, 1.0)
    faults.spare("vnpt", "her", 600)
    assert set(bad_day(faults, "vnpt", "her")) == {None}
    assert None not in bad_day(faults, "vnpt", "him")

    faults.stage({"provider": "vnpt", "uid": "her", "kind": "http_503"})

    assert bad_day(faults, "vnpt", "her", 2) == ["http_503", None]
    faults.spare("vnpt", "her", 0)
    assert None not in bad_day(faults, "vnpt", "her", 5)


def test_a_share_makes_weather_of_a_staged_fault() -> None:
    faults = Faults(1, 0)
    faults.stage({"provider": "vnpt", "kind": "http_503", "times": -1, "share": 0.1})

    drawn = Counter(bad_day(faults, "vnpt", "her", 2000))

    assert drawn["http_503"] == pytest.approx(200, rel=0.3)


@pytest.mark.parametrize(
    "wish",
    [
        {"kind": "mutated_signature"},
        {"kind": "mutated_signature", "how": "unheard_of"},
        {"kind": "delay", "how": "last_bit"},
        {"kind": "delay", "share": 0},
        {"kind": "delay", "share": 1.5},
    ],
)
def test_a_fault_nobody_can_stage_is_refused(wish: dict[str, Any]) -> None:
    with pytest.raises(BadFault):
        Faults(1, 0).stage({"provider": "vnpt", **wish})


def test_every_fault_says_in_the_table_what_it_stands_for() -> None:
    table = faults_module.__doc__ or ""
    named = {line.split("|")[1].strip() for line in table.splitlines() if line.startswith("| ")}

    assert named - {"kind"} == KINDS


def test_too_many_requests_say_when_to_come_back(sandbox: SandboxProcess, viettel: Viettel) -> None:
    sandbox.will("viettel", "login", "http_429", viettel.uid, seconds=7)

    answer = viettel.login()

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert viettel.login().ok


def test_a_maintenance_page_speaks_as_its_ca_does(sandbox: SandboxProcess, viettel: Viettel, vnpt: Vnpt) -> None:
    sandbox.will("viettel", "login", "http_503", viettel.uid)
    sandbox.will("vnpt", "login", "http_503", vnpt.uid)

    assert "MySign" in viettel.login().text
    assert "503 Service Temporarily Unavailable" in vnpt.login().text


def signed(sandbox: SandboxProcess, party: Viettel, digests: list[str]) -> list[str]:
    transaction = party.sign(digests).json()["transactionId"]
    sandbox.phone(transaction, "approve")
    return list(party.status(transaction).json()["signatures"])


def leaf_of(party: Viettel) -> str:
    return str(party.certificates().json()[0]["cert"]["certificates"][0])


def test_a_truncated_signature_is_the_genuine_one_without_its_end(sandbox: SandboxProcess, viettel: Viettel) -> None:
    sandbox.will("viettel", "sign", "truncated_signature", viettel.uid)

    cut, whole = b64decode(signed(sandbox, viettel, [ONE])[0]), b64decode(signed(sandbox, viettel, [ONE])[0])

    assert len(cut) < 256
    assert whole.startswith(cut)


@pytest.mark.parametrize("how", HOW)
def test_no_way_to_spoil_a_signature_leaves_a_good_one(how: str) -> None:
    key, digest = rsa.generate_private_key(65537, 2048), b64decode(ONE)

    assert spoilt(how, key, digest) != genuine(key, digest)
    assert spoilt(how, key, digest) == spoilt(how, key, digest) or how == "pss_padding"


def test_a_certificate_revoked_after_the_approval_leaves_a_signature_and_a_revocation(
    sandbox: SandboxProcess, viettel: Viettel
) -> None:
    sandbox.will("viettel", "sign", "certificate_revoked", viettel.uid)
    leaf = leaf_of(viettel)

    signature = signed(sandbox, viettel, [ONE])[0]

    assert verifies(leaf, ONE, signature)
    assert viettel.certificates().json()[0]["cert"]["status"] == "revoked"


def test_a_certificate_that_runs_out_while_the_phone_rings_signs_nothing(
    sandbox: SandboxProcess, viettel: Viettel
) -> None:
    sandbox.will("viettel", "sign", "certificate_expired", viettel.uid)
    transaction = viettel.sign([ONE]).json()["transactionId"]

    sandbox.phone(transaction, "approve")

    assert viettel.status(transaction).json()["status"] == "13004"
    assert sandbox.ledger(uid=viettel.uid)["signatures"] == []


def test_a_ca_whose_clock_is_ahead_ends_a_request_before_we_think(sandbox: SandboxProcess, vnpt: Vnpt) -> None:
    sandbox.will("vnpt", "sign", "clock_skew", vnpt.uid, seconds=120)

    vnpt.sign([ONE])

    (shown,) = sandbox.waiting(vnpt.uid)
    assert _life_s(shown) == pytest.approx(300 - 2 * 120, abs=2)


def _life_s(shown: dict[str, Any]) -> float:
    return (datetime.fromisoformat(shown["expires"]) - datetime.fromisoformat(shown["created"])).total_seconds()


def test_leniency_can_be_asked_for_one_call_of_one_person(sandbox: SandboxProcess, viettel: Viettel) -> None:
    hexadecimal = b64decode(ONE).hex()
    order = viettel.order([hexadecimal])
    sandbox.control("/_control/strict", {"provider": "viettel", "uid": viettel.uid, "strict": False, "times": 1})

    statuses = [viettel.post("signHash", order).status_code for _ in range(2)]

    assert statuses == [200, 400]
    assert sandbox.waiting(viettel.uid)[0]["digests"] == [ONE]


def test_a_person_can_be_logged_out_by_the_ca(sandbox: SandboxProcess, viettel: Viettel) -> None:
    assert viettel.certificates().ok

    sandbox.control(f"/_control/subscribers/viettel/{viettel.uid}/log-out", {})

    assert viettel.certificates().status_code == 401


def test_the_ledger_counts_prompts_and_signatures_per_digest(sandbox: SandboxProcess, viettel: Viettel) -> None:
    mine = digest_of(f"per digest {viettel.uid}")
    signed(sandbox, viettel, [mine])
    viettel.sign([mine])

    counted = sandbox.control("/_ledger/digests", method="GET")

    assert counted[mine] == {"prompts": 2, "signatures": 1}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("spare", {"provider": "nobody"}),
        ("spare", {"provider": "vnpt", "seconds": -1}),
        ("spare", {"provider": "vnpt", "seconds": "long"}),
        ("strict", {"provider": "vnpt", "strict": "no"}),
    ],
)
def test_the_control_api_says_what_is_wrong(sandbox: SandboxProcess, path: str, body: dict[str, Any]) -> None:
    answer = requests.post(f"{sandbox.url}/_control/{path}", json=body, timeout=30)

    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_stumbling_sandbox_leaves_the_spared_alone(own_sandbox: Callable[..., SandboxProcess]) -> None:
    sandbox = own_sandbox(SANDBOX_FAULT_RATE="1", SANDBOX_LATENCY="0.01")
    told = sandbox.control("/_control/health", method="GET")
    spared = Viettel(sandbox.url, sandbox.enrol("viettel", spare_s=600)["uid"])

    assert (told["fault_rate"], told["latency"]) == (1, 0.01)
    assert [spared.login().status_code for _ in range(10)] == [200] * 10
