"""A person's desk reached over the API: sets the stage for what a browser then shows, and reads what the server
says.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import requests

from backend.domain.workdays import vietnam_date
from tests.support.servers import eventually

PASSWORD = "Kho-bac-2026"
CA_PASSWORD = "Ky-so-2026"
Json = dict[str, Any]
_NUMBERS = itertools.count(201)

WATERWORKS: Json = {
    "payee_kind": "bank_account",
    "payee_name": "Công ty TNHH Điện nước Mẫu",
    "payee_address": "88 đường Mẫu, thành phố Hải Phòng",
    "payee_account": "0011002200330",
    "payee_bank_code": "31203001",
}
_PAYEE_FIELDS = (
    *("payee_relation_code", "payee_treasury_code", "payee_program_code"),
    *("receiver_name", "receiver_id_number", "receiver_id_date", "receiver_id_place"),
)


def a_voucher(
    lines: Sequence[Json] = ({"content": "Thanh toán tiền nước tháng 10/2026", "amount": 2_015_000},),
    payee: Json = WATERWORKS,
    **changed: Any,
) -> Json:
    """A payment order as the form sends it, every field named."""
    codes = ("economic_item_code", "chapter_code", "sector_code", "fund_source_code")
    return {
        "form_code": "c4_02a_kb",
        "unit_voucher_number": f"UNC-{next(_NUMBERS)}",
        "voucher_date": vietnam_date(datetime.now(UTC)).isoformat(),
        "payment_method": "transfer",
        "debit_account": "3713.0.1990001",
        "program_code": None,
        "lines": [{**dict.fromkeys(codes), **line} for line in lines],
        "amount_in_words": None,
        "payee": {**dict.fromkeys(_PAYEE_FIELDS), **payee},
        **changed,
    }


class Desk:
    """One session of one person."""

    def __init__(self, base_url: str, username: str) -> None:
        self.username = username
        self._base = base_url
        self._web = requests.Session()
        self._web.headers["Origin"] = base_url
        body = {"username": username, "password": PASSWORD, "shared_device": False}
        answer = self._web.post(f"{base_url}/api/session", json=body, timeout=30)
        assert answer.ok, answer.text
        self.session: Json = answer.json()

    @property
    def cookies(self) -> list[dict[str, Any]]:
        """For a browser that shall be this person without typing."""
        return [
            {"name": one.name, "value": one.value, "url": self._base, "httpOnly": True, "sameSite": "Lax"}
            for one in self._web.cookies
        ]

    @property
    def id(self) -> str:
        return str(self.session["user"]["id"])

    def reads(self, path: str) -> Json:
        answer = self._web.get(f"{self._base}/api{path}", timeout=30)
        assert answer.ok, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def does(self, path: str, **body: Any) -> Json:
        headers = {"X-CSRF-Token": self.session["csrf_token"], "Idempotency-Key": str(uuid4())}
        answer = self._web.post(f"{self._base}/api{path}", json=body, headers=headers, timeout=30)
        assert answer.ok, answer.text
        return answer.json()  # type: ignore[no-any-return]

    def drafts(self, **changed: Any) -> Json:
        """A draft; complete unless something is changed so that it is not. Its number is used by nobody else."""
        return self.does("/dossiers", vouchers=[a_voucher(**changed)])

    def submits(self, dossier: Json, to: str) -> Json:
        path = f"/dossiers/{dossier['id']}/submit"
        return self.does(path, expected_version=dossier["version"], approver_id=to)

    def sees(self, dossier: Json) -> Json:
        return self.reads(f"/dossiers/{dossier['id']}")

    def signs(self, dossier: Json, next_id: str | None = None, password: str | None = None) -> Json:
        """Asks the CA; the phone is another's matter."""
        now = self.sees(dossier)
        seen = [document["sha256"] for document in now["documents"]]
        path = f"/dossiers/{dossier['id']}/sign"
        words = {"expected_version": now["version"], "seen_digests": seen, "next_approver_id": next_id}
        return self.does(path, **words, provider_password=password, second_factor=None)

    def watches(self, signing: Json) -> Json:
        return self.reads(f"/signings/{signing['id']}")

    def until(self, signing: Json, *phases: str) -> Json:
        """The request once it has come to one of these phases."""

        def there() -> Json | None:
            now = self.watches(signing)
            return now if now["phase"] in phases else None

        return eventually(there, what=f"a signing in {phases}") or {}

    def moment_of(self, signing_id: str, *phases: str) -> float:
        """When the server first said so, by this process's clock; asked every few milliseconds."""
        self.until({"id": signing_id}, *phases)
        return time.monotonic()
