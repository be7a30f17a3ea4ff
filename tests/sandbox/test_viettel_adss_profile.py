"""Viettel's older path as the sandbox speaks it: CSC v1 with documents, base64 titles and the gateway's numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
import requests

from .conftest import SandboxProcess, Viettel, base64_text, digest_of, verifies

ONE, TWO = digest_of("KBNN voucher 0001"), digest_of("KBNN voucher 0002")
SHA256, RSA = "2.16.840.1.101.3.4.2.1", "1.2.840.113549.1.1.1"


@dataclass
class Adss(Viettel):
    """A relying party of the older path."""

    def post(self, path: str, body: Any, **more: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        path = path.removeprefix("ras/")
        return requests.post(f"{self.url}/viettel/adss/service/ras/{path}", json=body, headers=headers, timeout=60)

    def call(self, path: str, body: Any) -> requests.Response:
        return self.post(f"csc/v1/{path}", body)

    def credential(self) -> str:
        return str(self.call("credentials/list", {"userID": self.uid}).json()["credentialIDs"][0])

    def documents(self, count: int) -> list[dict[str, str]]:
        return [
            {"document_id": f"PC{n:04d}", "document_name": base64_text(f"Phieu chi PC{n:04d}")}
            for n in range(1, count + 1)
        ]

    def authorizes(self, digests: list[str], **changes: Any) -> requests.Response:
        asked = {
            "credentialID": self.credential(),
            "numSignatures": len(digests),
            "documents": self.documents(len(digests)),
            "hash": digests,
            "description": base64_text("Ky chung tu"),
        }
        return self.call("credentials/authorize", asked | changes)

    def signs(self, digests: list[str], sad: str, **changes: Any) -> requests.Response:
        asked = {"credentialID": self.credential(), "SAD": sad, "documents": self.documents(len(digests))}
        return self.call(
            "signatures/signHash", asked | {"hash": digests, "hashAlgo": SHA256, "signAlgo": RSA} | changes
        )


@pytest.fixture
def adss(sandbox: SandboxProcess) -> Adss:
    party = Adss(sandbox.url, sandbox.enrol("viettel")["uid"])
    assert party.login().ok
    return party


def decides(sandbox: SandboxProcess, party: Adss, decide: str) -> None:
    sandbox.control("/_control/policy", {"provider": "viettel", "uid": party.uid, "decide": decide, "after_ms": 0})


def test_two_documents_are_approved_and_signed(sandbox: SandboxProcess, adss: Adss) -> None:
    decides(sandbox, adss, "approve")

    sad = adss.authorizes([ONE, TWO]).json()["SAD"]
    signatures = adss.signs([ONE, TWO], sad).json()["signatures"]

    asked = {"credentialID": adss.credential(), "certificates": "chain", "certInfo": True, "authInfo": True}
    leaf = adss.call("credentials/info", asked).json()["cert"]["certificates"][0]
    assert [verifies(leaf, d, s) for d, s in zip([ONE, TWO], signatures, strict=True)] == [True, True]
    assert adss.signs([ONE, TWO], sad).json() == {"error": 40000, "error_description": "SAD has been used"}


def test_the_people_and_their_certificates_are_the_gateways(sandbox: SandboxProcess, adss: Adss) -> None:
    gateway = Viettel(sandbox.url, adss.uid)
    gateway.login()

    assert [each["credential_id"] for each in gateway.certificates().json()] == [adss.credential()]


@pytest.mark.parametrize(("decide", "error"), [("refuse", 4002)])
def test_an_approval_that_does_not_come_has_the_gateways_number(
    sandbox: SandboxProcess, adss: Adss, decide: str, error: int
) -> None:
    decides(sandbox, adss, decide)

    answer = adss.authorizes([ONE])

    assert (answer.status_code, answer.json()["error"]) == (400, error)


def test_out_of_turns_is_told_at_once(sandbox: SandboxProcess, adss: Adss) -> None:
    sandbox.will("viettel", "sign", "quota", adss.uid)

    assert adss.authorizes([ONE]).json()["error"] == 4005
    assert sandbox.ledger(uid=adss.uid)["prompts"] == []


WRECKS: list[tuple[str, dict[str, Any]]] = [
    ("title with diacritics", {"description": base64_text("Ký chứng từ")}),
    ("plain title", {"description": "Ky so"}),
    ("documents missing", {"documents": []}),
    ("document without id", {"documents": [{"document_name": base64_text("PC1")}]}),
    ("name with diacritics", {"documents": [{"document_id": "1", "document_name": base64_text("Phiếu")}]}),
    ("SHA-1", {"hash": ["2jmj7l5rSw0yVb/vlWAYkK/YBwk="]}),
    ("count too high", {"numSignatures": 2}),
    ("a key of nobody", {"credentialID": "001_1_20260101000000"}),
]


@pytest.mark.parametrize("change", [change for _, change in WRECKS], ids=[name for name, _ in WRECKS])
def test_strict_mode_refuses_and_prompts_nobody(sandbox: SandboxProcess, adss: Adss, change: dict[str, Any]) -> None:
    answer = adss.authorizes([ONE], **change)

    assert (answer.status_code, answer.json()["error"]) == (400, 40000)
    assert sandbox.ledger(uid=adss.uid)["prompts"] == []


def test_a_dead_token_is_401(adss: Adss) -> None:
    adss.token = "sandbox.dead.token"

    assert adss.call("credentials/list", {"userID": adss.uid}).status_code == 401


def test_a_contract_that_signs_by_itself_is_not_offered(adss: Adss) -> None:
    assert adss.call("credentials/registerExtension", {"duration": 60}).status_code == 404
