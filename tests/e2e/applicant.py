"""Whoever applies for a unit, reached over the API as a browser reaches it: sets the stage for what a screen shows."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import requests

from tests.e2e.desk import CA_PASSWORD, Json
from tests.support.registrations import a_declaration
from tests.support.servers import Sandbox, eventually

PROVIDER = "vnpt"


class Applicant:
    """The holder of the link of one new registration. The phones of its signers agree to everything."""

    form = "remote"
    """How the unit signs."""

    def __init__(self, base_url: str, sandbox: Sandbox) -> None:
        self._base, self._sandbox = f"{base_url}/api", sandbox
        self._web = requests.Session()
        self._web.headers["Origin"] = base_url
        self._does("/registrations")

    def submits(self, code: str, unit_name: str) -> Json:
        """Everything from the first page to the Treasury's list; answers the registration."""
        self._declares(code, unit_name)
        for member in self._now()["content"]["members"]:
            if member["signing_form"]:
                self._binds(member)
        self._does("/registrations/current/complete", expected_version=self._version())
        return self._signs()

    def _declares(self, code: str, unit_name: str) -> None:
        parts = a_declaration(code)
        parts["unit"]["unit_name"] = parts["relations"][0]["name"] = unit_name
        for member in parts["members"]:
            # One number belongs to one person, whatever unit; its first six digits tell place and year of birth.
            member["id_number"] = member["id_number"][:6] + code[-4:] + member["id_number"][-2:]
            member["email"] = f"{member['id_number']}@hoasua.example"
            member["signing_form"] = self.form if member["signing_form"] else None
        self._types(parts)
        made = self._does("/registrations/current/accounts", expected_version=self._version(), drop_granted=False)
        grants = [
            {
                **dict.fromkeys(("start_date", "end_date")),
                **{name: one[name] for name in ("account_number", "program_code")},
            }
            for one in made["content"]["accounts"]
        ]
        members = [{**_typed(member), "grants": grants} for member in made["content"]["members"]]
        self._types({**parts, "members": members})
        self._does("/registrations/current/save", expected_version=self._version())

    def _binds(self, member: Json) -> None:
        person = {"provider": PROVIDER, "uid": member["id_number"], "full_name": member["full_name"]}
        enrolled = {**person, "id_number": member["id_number"], "password": CA_PASSWORD, "spare_s": 60}
        self._sandbox.control("/_control/subscribers", enrolled)
        self._sandbox.decides(PROVIDER, member["id_number"], "approve")
        asked = {"member_id": member["id"], "provider": PROVIDER, "provider_login": member["id_number"]}
        found = self._does("/registrations/current/certificates/look-up", **asked, provider_password=CA_PASSWORD)
        chosen = {"member_id": member["id"], "sealed": found["candidates"][0]["sealed"]}
        self._does("/registrations/current/certificates/bind", expected_version=self._version(), **chosen)

    def _signs(self) -> Json:
        now = self._now()
        (signer,) = self._reads("/registrations/current/signers")["items"]
        seen = [document["sha256"] for document in now["documents"]]
        who = {"member_id": signer["member_id"], "seen_digests": seen, "provider_password": CA_PASSWORD}
        self._does("/registrations/current/sign", expected_version=now["version"], **who)
        return eventually(self._submitted, what="a registration at the Treasury") or {}

    def _submitted(self) -> Json | None:
        now = self._now()
        return now if now["stage"] == "submitted" else None

    def _types(self, parts: Json) -> None:
        self._asks("PUT", "/registrations/current", {"expected_version": self._version(), **parts})

    def _now(self) -> Json:
        return self._reads("/registrations/current")

    def _version(self) -> int:
        return int(self._now()["version"])

    def _pdf(self, document_id: str) -> bytes:
        return self._web.get(f"{self._base}/registrations/current/documents/{document_id}.pdf", timeout=30).content

    def _reads(self, path: str) -> Json:
        return self._asks("GET", path, None)

    def _does(self, path: str, **body: Any) -> Json:
        return self._asks("POST", path, body)

    def _asks(self, method: str, path: str, body: Json | None) -> Json:
        key = {"Idempotency-Key": str(uuid4())}
        answer = self._web.request(method, self._base + path, json=body, headers=key, timeout=60)
        assert answer.ok, answer.text
        return answer.json()  # type: ignore[no-any-return]


def _typed(member: Json) -> Json:
    """Of a member as shown, what is typed: the certificate is bound by its own call."""
    return {name: value for name, value in member.items() if name != "certificate"}
