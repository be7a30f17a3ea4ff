"""Whoever applies for a unit, reached over the API as a browser reaches it: sets the stage for what a screen shows."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import requests

from tests.e2e.desk import CA_PASSWORD, Desk, Json
from tests.e2e.phones import HOLDER
from tests.support.registrations import a_declaration
from tests.support.servers import Sandbox, eventually

PROVIDER = "vnpt"


class Applicant:
    """The holder of the link of one new registration. The phones of its signers agree to everything."""

    base = "/registrations/current"
    form = "remote"
    """How the unit signs."""

    def __init__(self, base_url: str, sandbox: Sandbox) -> None:
        self.base_url, self._sandbox = base_url, sandbox
        self._web = requests.Session()
        self._web.headers["Origin"] = base_url
        self.does("/registrations")

    @property
    def cookies(self) -> list[Json]:
        """For a browser that shall hold the same link."""
        return [
            {"name": one.name, "value": one.value, "url": self.base_url, "httpOnly": True, "sameSite": "Strict"}
            for one in self._web.cookies
        ]

    def submits(self, code: str, unit_name: str) -> Json:
        """Everything from the first page to the Treasury's list; answers the registration."""
        self.saves(code, unit_name)
        self.completes()
        return self.signs()

    def saves(self, code: str, unit_name: str) -> Json:
        """Everything up to the first Lưu."""
        self.declares(code, unit_name)
        return self.does(f"{self.base}/save", expected_version=self.version)

    def declares(self, code: str, unit_name: str) -> None:
        """Everything the first Lưu asks for."""
        self.types(self._declaration(code, unit_name))
        made = self.does(f"{self.base}/accounts", expected_version=self.version, drop_granted=False)
        grants = [
            {
                **dict.fromkeys(("start_date", "end_date")),
                **{name: one[name] for name in ("account_number", "program_code")},
            }
            for one in made["content"]["accounts"]
        ]
        self.types(self.typed(members=[{**_typed(each), "grants": grants} for each in made["content"]["members"]]))

    def _declaration(self, code: str, unit_name: str) -> Json:
        parts = a_declaration(code)
        # A mailbox gets letters of a few dossiers only.
        parts["unit"] |= {"unit_name": unit_name, "email": f"{code}@hoasua.example"}
        parts["relations"][0]["name"] = unit_name
        for member in parts["members"]:
            # One number belongs to one person, whatever unit; its first six digits tell place and year of birth.
            member["id_number"] = member["id_number"][:6] + code[-4:] + member["id_number"][-2:]
            member["email"] = f"{member['id_number']}@hoasua.example"
            member["signing_form"] = self.form if member["signing_form"] else None
        return parts

    def completes(self) -> Json:
        """Certificates for who signs, and the second Lưu: the declarations are made."""
        for member in self.sees()["content"]["members"]:
            if member["signing_form"]:
                self.binds(member)
        return self.does(f"{self.base}/complete", expected_version=self.version)

    def enrols(self, member: Json, **more: Any) -> Json:
        """The member's account at the CA."""
        person = {"provider": PROVIDER, "uid": member["id_number"], "full_name": member["full_name"]}
        enrolled = {**person, "id_number": member["id_number"], "password": CA_PASSWORD, "spare_s": 60, **more}
        return self._sandbox.control("/_control/subscribers", enrolled)  # type: ignore[no-any-return]

    def renews(self, member: Json) -> None:
        """A second certificate beside the first."""
        self._sandbox.control(f"/_control/subscribers/{PROVIDER}/{member['id_number']}/credentials", {})

    def binds(self, member: Json) -> None:
        self.enrols(member)
        self._sandbox.decides(PROVIDER, member["id_number"], "approve")
        asked = {"member_id": member["id"], "provider": PROVIDER, "provider_login": member["id_number"]}
        found = self.does(f"{self.base}/certificates/look-up", **asked, provider_password=CA_PASSWORD)
        chosen = {"member_id": member["id"], "sealed": found["candidates"][0]["sealed"]}
        self.does(f"{self.base}/certificates/bind", expected_version=self.version, **chosen)

    def asks(self) -> Json:
        """The account holder's CA for the signature."""
        now = self.sees()
        signers = self.reads(f"{self.base}/signers")["items"]
        signer = next(each for each in signers if each["title_label"] == "Chủ tài khoản")
        seen = [document["sha256"] for document in now["documents"]]
        who = {"member_id": signer["member_id"], "seen_digests": seen, "provider_password": CA_PASSWORD}
        return self.does(f"{self.base}/sign", expected_version=now["version"], **who)

    def signs(self) -> Json:
        self.asks()
        return self.until("submitted")

    def until(self, stage: str) -> Json:
        """The registration once it has come there."""

        def there() -> Json | None:
            now = self.sees()
            return now if now["stage"] == stage else None

        return eventually(there, what=f"a registration that is {stage}") or {}

    def types(self, parts: Json) -> None:
        self._asks("PUT", self.base, {"expected_version": self.version, **parts})

    def typed(self, **changed: Any) -> Json:
        """All parts as they stand, but for what is said."""
        content = self.sees()["content"]
        parts = {name: content[name] for name in ("unit", "services", "ledgers", "relations")}
        return {**parts, "members": [_typed(each) for each in content["members"]], **changed}

    def sees(self) -> Json:
        return self.reads(self.base)

    @property
    def version(self) -> int:
        return int(self.sees()["version"])

    def pdf(self, document_id: str) -> bytes:
        path = f"{self.base_url}/api{self.base}/documents/{document_id}.pdf"
        return self._web.get(path, timeout=30).content

    def reads(self, path: str) -> Json:
        return self._asks("GET", path, None)

    def does(self, path: str, **body: Any) -> Json:
        return self._asks("POST", path, body)

    def _asks(self, method: str, path: str, body: Json | None) -> Json:
        key = {"Idempotency-Key": str(uuid4())}
        answer = self._web.request(method, f"{self.base_url}/api{path}", json=body, headers=key, timeout=60)
        assert answer.ok, answer.text
        return answer.json()  # type: ignore[no-any-return]


class Changer(Applicant):
    """The account holder of a unit, who declares a change of what is in force."""

    base = "/registration-changes/current"

    def __init__(self, base_url: str, sandbox: Sandbox, desk: Desk) -> None:
        self.base_url, self._sandbox = base_url, sandbox
        self._web = requests.Session()
        self._web.headers.update({"Origin": base_url, "X-CSRF-Token": desk.session["csrf_token"]})
        self._web.cookies.update({one["name"]: one["value"] for one in desk.cookies})

    def begins(self) -> Json:
        return self.does("/registration-changes")

    def signs(self) -> Json:
        """Their phone agrees to this one request."""
        self.asks()
        (asked, *_) = eventually(lambda: self._sandbox.waiting(HOLDER.login), what="a prompt")
        self._sandbox.control(f"/_control/transactions/{asked['id']}/approve", {})
        return self.until("submitted")


def _typed(member: Json) -> Json:
    """Of a member as shown, what is typed: the certificate is bound by its own call."""
    return {name: value for name, value in member.items() if name != "certificate"}
