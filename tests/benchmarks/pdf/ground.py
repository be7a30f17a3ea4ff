"""What the PDF benchmarks stand on: forms, two persons, and our way to sign."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12

from backend.adapters.pdf.fonts import page_font_folder
from backend.adapters.pdf.forms import TypstForms
from backend.adapters.pdf.pades import PadesSigner
from backend.domain.signing import Stamp
from tests.adapters.pdf.papers import payment_order
from tests.adapters.pdf.pki import issue

FORM, FIELD = "c4_02a_kb", "ChuTaiKhoan"
AT = datetime(2026, 11, 22, 3, 20, 1, tzinfo=UTC)
STAMP = Stamp("Trần Văn Bình", "TUQ. Chủ tài khoản", AT, "1A2B3C4D")


class Ground:
    """A licensed CA, a chief accountant and an account holder."""

    def __init__(self) -> None:
        self.root = issue("Licensed Root", authority=True)
        self.ca = issue("Licensed CA", self.root, authority=True)
        self.chief, self.holder = issue("Nguyễn Thị Minh Phương", self.ca), issue("Trần Văn Bình", self.ca)
        self.chain = [self.ca.der, self.root.der]
        self.forms, self.signer = TypstForms(), PadesSigner()

    def once(self, blank: bytes) -> bytes:
        """``blank`` with the chief accountant's certifying signature."""
        cell = self.forms.cells(FORM, blank)[0]
        first = self.signer.prepare(blank, cell, STAMP, self.chief.der, first=True, last=False)
        return self.signer.embed(first, self.chief.signs(first.digest), self.chief.der, self.chain)

    def twice(self, once: bytes) -> bytes:
        """Prepare, RSA, embed by the account holder."""
        cell = self.forms.cells(FORM, once)[1]
        prepared = self.signer.prepare(once, cell, STAMP, self.holder.der, first=False, last=True)
        return self.signer.embed(prepared, self.holder.signs(prepared.digest), self.holder.der, self.chain)

    def one_page(self) -> bytes:
        return self.once(self.forms.render(FORM, payment_order()))

    def p12(self, path: Path) -> Path:
        """The holder's key for peers that want a file."""
        chain = [self.ca.certificate, self.root.certificate]
        secret = BestAvailableEncryption(b"bench")
        path.write_bytes(
            pkcs12.serialize_key_and_certificates(b"holder", self.holder.key, self.holder.certificate, chain, secret)
        )
        return path

    def task(self, folder: Path, once: bytes) -> dict[str, Any]:
        """What a signing peer is asked."""
        source = folder / "once.pdf"
        source.write_bytes(once)
        return {
            "p12": str(self.p12(folder / "holder.p12")),
            "source": str(source),
            "field": FIELD,
            "font": str(page_font_folder() / "Tinos_400Regular.ttf"),
            "words": {
                "name": STAMP.name,
                "title": STAMP.title,
                "at": "22/11/2026 10:20:01 +07:00",
                "serial": "1A2B3C4D",
            },
        }
