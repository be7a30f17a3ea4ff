"""Whoever applies for a unit whose people sign with USB tokens: keys of the tests, files up and down, no phone."""

from __future__ import annotations

from base64 import b64encode
from functools import cache

from tests.adapters.pdf.pki import Party, issue
from tests.e2e.applicant import Applicant
from tests.e2e.desk import Json
from tests.support.servers import Instance, Sandbox
from tests.support.token import signs_with_pdfsig


@cache
def _root() -> Party:
    return issue("Licensed Root of the tokens", authority=True)


class TokenApplicant(Applicant):
    """The tokens come from a CA that this installation trusts."""

    form = "usb_token"

    def __init__(self, installation: Instance, sandbox: Sandbox) -> None:
        (installation.folder / "trust" / "tokens.pem").write_bytes(_root().pem)
        self._tokens: dict[str, Party] = {}
        super().__init__(installation.base_url, sandbox)

    def binds(self, member: Json) -> None:
        token = issue(member["full_name"], _root(), identity=member["id_number"])
        self._tokens[member["id"]] = token
        file = {"member_id": member["id"], "file_base64": b64encode(token.der).decode()}
        self.does("/registrations/current/certificates/upload", expected_version=self.version, **file)

    def signs(self) -> Json:
        now = self.sees()
        (signer,) = self.reads("/registrations/current/signers")["items"]
        token = self._tokens[signer["member_id"]]
        ids = [document["id"] for document in now["documents"]]
        signed = [signs_with_pdfsig(self.pdf(each), token, [_root()]) for each in ids]
        files = [
            {"document_id": each, "file_base64": b64encode(pdf).decode()} for each, pdf in zip(ids, signed, strict=True)
        ]
        words = {"expected_version": now["version"], "member_id": signer["member_id"], "files": files}
        return self.does("/registrations/current/signed-files", **words)
