"""The software that comes with a USB token, as another author would write it: pyHanko over a key of the tests."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import serialization
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.adapters.pdf.pki import Party

Change = Callable[[IncrementalPdfFileWriter], None]


def signs_with_a_token(
    pdf: bytes,
    party: Party,
    chain: Sequence[bytes] = (),
    field: str = "ChuTaiKhoan",
    change: Change | None = None,
    **meta: object,
) -> bytes:
    """``pdf`` signed in ``field``; ``change`` happens in the same update."""
    known = SimpleCertificateStore()
    for der in chain:
        known.register(x509.Certificate.load(der))
    key = party.key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    token = signers.SimpleSigner(
        signing_cert=x509.Certificate.load(party.der),
        signing_key=keys.PrivateKeyInfo.load(key),
        cert_registry=known,
    )
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    if change is not None:
        change(writer)
    facts = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", **meta)  # type: ignore[arg-type]
    return bytes(PdfSigner(facts, signer=token).sign_pdf(writer).getvalue())
