"""A CSC client we did not write signs a real PDF at the sandbox: pyHanko's, over v1."""

from __future__ import annotations

import asyncio
from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import aiohttp
from pyhanko.keys import load_cert_from_pemder
from pyhanko.pdf_utils.content import RawContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import BoxConstraints
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign.fields import SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.csc_signer import (
    CSCAuthorizationInfo,
    CSCAuthorizationManager,
    CSCServiceSessionInfo,
    CSCSigner,
    fetch_certs_in_csc_credential,
)
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from .conftest import SandboxProcess
from .test_csc_profile import PASSWORD, Csc


class Asks(CSCAuthorizationManager):
    """The part pyHanko leaves to its user: asking for the activation data, hashes bound."""

    def __init__(self, http: aiohttp.ClientSession, *told: Any) -> None:
        super().__init__(*told)
        self._http = http

    async def authorize_signature(self, hash_b64s: list[str]) -> CSCAuthorizationInfo:
        asked = self.format_csc_auth_request(hash_b64s=hash_b64s, description="Ky 1 chung tu")
        url = self.csc_session_info.endpoint_url("credentials/authorize")
        async with self._http.post(url, headers=self.auth_headers, json=asked, raise_for_status=True) as answer:
            return self.parse_csc_auth_response(await answer.json())


async def _signed(party: Csc, pdf: bytes) -> bytes:
    service = CSCServiceSessionInfo(f"{party.url}/csc", party.credential(), party.token)
    async with aiohttp.ClientSession() as http:
        credential = await fetch_certs_in_csc_credential(http, service)
        assert credential.hash_pinning_required and credential.max_batch_size == 50
        signer = CSCSigner(http, Asks(http, service, credential))
        meta = PdfSignatureMetadata("Signature1", md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
        out = await PdfSigner(meta, signer).async_sign_pdf(IncrementalPdfFileWriter(BytesIO(pdf)))
        return bytes(out.getvalue())


def test_pyhankos_csc_client_signs_a_pdf_and_pyhanko_finds_it_valid(sandbox: SandboxProcess, tmp_path: Path) -> None:
    person = sandbox.enrol("csc", password=PASSWORD)
    sandbox.control("/_control/policy", {"provider": "csc", "uid": person["uid"], "decide": "approve", "after_ms": 200})
    root = tmp_path / "root.pem"
    root.write_text(person["root_pem"])

    signed = asyncio.run(_signed(Csc(sandbox.url, person["uid"]).signs_in(), a_pdf()))

    (signature,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    verdict = validate_pdf_signature(signature, ValidationContext(trust_roots=[load_cert_from_pemder(str(root))]))
    assert verdict.bottom_line
    assert b64encode(signature.signer_cert.dump()).decode() == person["certificate_der_b64"]
    assert len(sandbox.ledger(uid=person["uid"])["prompts"]) == 1


def a_pdf() -> bytes:
    """One empty page."""
    writer = PdfFileWriter()
    stream = writer.add_object(RawContent(b"q Q", box=BoxConstraints(595, 842)).as_form_xobject())
    writer.insert_page(PageObject(contents=stream, media_box=(0, 0, 595, 842)))
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
