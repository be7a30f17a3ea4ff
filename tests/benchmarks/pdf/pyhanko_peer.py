"""Signs a form's second cell with pyHanko as it comes: its interrupted flow and its text stamp, as documented."""

import asyncio
import hashlib
import json
import logging
import sys
import time
from io import BytesIO

from asn1crypto import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, utils
from cryptography.hazmat.primitives.serialization import pkcs12
from pyhanko.pdf_utils.font.opentype import GlyphAccumulatorFactory
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.text import TextBoxStyle
from pyhanko.sign import PdfSignatureMetadata, PdfSigner, fields
from pyhanko.sign.signers.pdf_byterange import PreparedByteRangeDigest
from pyhanko.sign.signers.pdf_cms import ExternalSigner
from pyhanko.sign.signers.pdf_signer import PdfTBSDocument
from pyhanko.stamp import TextStampStyle
from pyhanko_certvalidator.registry import SimpleCertificateStore

TEXT = "Ký bởi: %(name)s\nChức danh: %(title)s\nThời gian ký: %(at)s\nSerial: %(serial)s"


class AsItComes:
    def __init__(self, task):
        with open(task["p12"], "rb") as file:
            self.key, own, chain = pkcs12.load_key_and_certificates(file.read(), b"bench")
        der = serialization.Encoding.DER
        self.certificate = x509.Certificate.load(own.public_bytes(der))
        self.store = SimpleCertificateStore()
        self.store.register_multiple([x509.Certificate.load(one.public_bytes(der)) for one in chain])
        font = GlyphAccumulatorFactory(task["font"])
        self.style = TextStampStyle(stamp_text=TEXT, text_box_style=TextBoxStyle(font=font, font_size=9))

    def signer(self, value):
        return ExternalSigner(self.certificate, self.store, signature_value=value)

    async def sign(self, source, field, words):
        asked = self.signer(bytes(256))
        meta = PdfSignatureMetadata(field_name=field, md_algorithm="sha256", subfilter=fields.SigSeedSubFilter.PADES)
        digest, _, out = await PdfSigner(meta, signer=asked, stamp_style=self.style).async_digest_doc_for_signing(
            IncrementalPdfFileWriter(BytesIO(source)), bytes_reserved=16384, appearance_text_params=words
        )
        attributes = await asked.signed_attrs(digest.document_digest, "sha256", use_pades=True)
        to_sign = hashlib.sha256(attributes.dump()).digest()
        raw = self.key.sign(to_sign, padding.PKCS1v15(), utils.Prehashed(hashes.SHA256()))
        cms = await self.signer(raw).async_sign_prescribed_attributes("sha256", signed_attrs=attributes)
        prepared = PreparedByteRangeDigest(
            digest.document_digest, digest.reserved_region_start, digest.reserved_region_end
        )
        await PdfTBSDocument.async_finish_signing(out, prepared, cms)
        return out.getbuffer()


logging.disable(logging.WARNING)  # it remarks on the lock of our second field at every signature
peer = None
for line in sys.stdin:
    task = json.loads(line)
    peer = peer or AsItComes(task)
    with open(task["source"], "rb") as file:
        source = file.read()
    start = time.perf_counter()
    signed = asyncio.run(peer.sign(source, task["field"], task["words"]))
    with open(task["target"], "wb") as file:
        file.write(signed)
    print(json.dumps({"seconds": time.perf_counter() - start}), flush=True)
