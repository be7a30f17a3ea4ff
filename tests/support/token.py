"""The software that comes with a USB token, as other authors wrote it: pyHanko and poppler's pdfsig, over keys of the
tests; and one that writes its update by hand, as badly as is wanted.
"""

from __future__ import annotations

import hashlib
import subprocess
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from asn1crypto import keys, x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, signers
from pyhanko_certvalidator.registry import SimpleCertificateStore

from backend.adapters.pdf.cms import container, signed_attributes
from backend.adapters.pdf.fields import fields
from backend.adapters.pdf.revisions import PaperFile, table
from tests.adapters.pdf.pki import Party
from tests.support.servers import program

Change = Callable[[IncrementalPdfFileWriter], None]
IN_ITS_PLACE = ("-sign", "ChuTaiKhoan")
_NOTHING: Mapping[int, bytes] = {}


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
    facts = PdfSignatureMetadata(field_name=field, **{"md_algorithm": "sha256", **meta})  # type: ignore[arg-type]
    return bytes(PdfSigner(facts, signer=token).sign_pdf(writer).getvalue())


def signs_with_pdfsig(pdf: bytes, party: Party, issuers: Sequence[Party], *options: str) -> bytes:
    """``pdf`` signed by poppler's program with a key in an NSS database of its own."""
    with TemporaryDirectory() as name:
        folder, database = Path(name), f"sql:{name}"
        (folder / "blank.pdf").write_bytes(pdf)
        others = [each.certificate for each in issuers]
        locked = serialization.BestAvailableEncryption(b"1")
        file = pkcs12.serialize_key_and_certificates(b"token", party.key, party.certificate, others, locked)
        (folder / "token.p12").write_bytes(file)
        for command in (
            ["certutil", "-N", "-d", database, "--empty-password"],
            ["pk12util", "-i", "token.p12", "-d", database, "-W", "1"],
            ["pdfsig", "-nssdir", database, "-nick", "token", *(options or IN_ITS_PLACE), "blank.pdf", "signed.pdf"],
        ):
            run = [program(command[0]), *command[1:]]
            subprocess.run(run, cwd=folder, check=True, capture_output=True, timeout=60)
        return (folder / "signed.pdf").read_bytes()


def signs_by_hand(
    pdf: bytes,
    party: Party,
    chain: Sequence[bytes],
    *,
    more: Mapping[int, bytes] = _NOTHING,
    hidden: bytes = b"",
    damage: Callable[[bytes], bytes] = bytes,
) -> bytes:
    """``pdf`` signed in its first field by an update without ``/ID``; ``more`` objects are told in its table, which may
    be ``damaged``, and ``hidden`` ones are not.
    """
    paper = PaperFile(pdf)
    field, signature = fields(paper)[0], paper.size
    out, offsets = bytearray(pdf), {}
    for number, body in {field.number: field.body[:-2] + b"/V %d 0 R>>" % signature, **more}.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    offsets[signature] = len(out)
    out += b"%d 0 obj\n<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached" % signature
    out += b"/M(D:20261122090000Z)/ByteRange[0 %b]/Contents" % (b" " * 30)
    places, start = len(out) - len(" " * 30 + "]/Contents"), len(out)
    out += b"<%b>" % (b"0" * 8000)
    end = len(out)
    out += b">>\nendobj\n" + hidden
    at = len(out)
    out += damage(table(offsets))
    size = max(offsets) + 1
    words = size, paper.root, paper.sections[0].start, at
    out += b"trailer\n<</Size %d/Root %d 0 R/Prev %d>>\nstartxref\n%d\n%%%%EOF\n" % words
    out[places : places + 30] = (b"%d %d %d" % (start, end, len(out) - end)).ljust(30)
    attributes = signed_attributes(hashlib.sha256(bytes(out[:start] + out[end:])).digest(), party.der)
    cms = container(attributes, party.signs(hashlib.sha256(attributes).digest()), party.der, chain).hex().encode()
    out[start + 1 : start + 1 + len(cms)] = cms
    return bytes(out)
