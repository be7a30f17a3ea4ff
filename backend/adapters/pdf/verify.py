"""Our own judgement of a signed file: the checks no PDF tool can make.

AND over the expected signatures. A file is valid only when its bytes are exactly ours (``structure.py``), pyHanko finds
every signature intact, covering its revision, followed by nothing but the next signature, and trusted by the licensed
roots, and when each field was signed by the very certificate registered for it. Any exception means not valid.

A chain is judged at the time the signer claims (``/M``), which the signature covers; whether that claim is true needs a
timestamp (level B-T), and whether the certificate was revoked is asked elsewhere. Does not: fetch anything.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from io import BytesIO

from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel

from backend.adapters.pdf.known_names import install as install_known_names
from backend.adapters.pdf.outside import SignedOutside
from backend.adapters.pdf.readback import values
from backend.adapters.pdf.revisions import NotOurFile
from backend.adapters.pdf.structure import SignedRevision, outside_revisions, signed_revisions
from backend.adapters.pdf.trust import USAGES, FolderTrustStore
from backend.adapters.pdf.whole_tokens import install as install_whole_tokens
from backend.domain.signing import CheckedDocument, ExpectedSignature, SignatureFinding, Verdict

install_whole_tokens()
install_known_names()
_LOG = logging.getLogger(__name__)

ALTERED = "Không hợp lệ – văn bản đã bị thay đổi sau khi ký."
NOT_PDF = "Tệp hỏng hoặc không phải PDF."
UNSIGNED = "Tệp không có chữ ký số."
WRONG_SIGNER = "Không hợp lệ – người ký không phải người được đăng ký."
MISSING = "Thiếu chữ ký – bản này chưa có chữ ký {title}."
VALID = "Hợp lệ – văn bản nguyên vẹn, đủ chữ ký."
UNTRUSTED = "Chưa kết luận được – chưa xác nhận được tổ chức cấp chứng thư số, hãy kiểm tra lại sau."
TOO_LARGE = "Tệp quá lớn (tối đa {megabytes} MB)."

_USAGE = KeyUsageConstraints(key_usage=set(USAGES), match_all_key_usages=True)
_Key = tuple[bytes, tuple[ExpectedSignature, ...], tuple[bytes, ...]]


class StrictChecker:
    """``PdfChecker``. ``titles`` names the fields for people; ``kept`` verdicts are remembered in this process."""

    def __init__(
        self,
        trust: FolderTrustStore,
        titles: Mapping[str, str] | None = None,
        *,
        max_bytes: int = 10 * 1024 * 1024,
        kept: int = 1024,
    ) -> None:
        self._trust, self._titles = trust, dict(titles or {})
        self._max_bytes, self._kept = max_bytes, kept
        self._known: OrderedDict[_Key, CheckedDocument] = OrderedDict()
        self._lock = threading.Lock()

    def check(self, pdf: bytes, expected: Sequence[ExpectedSignature]) -> CheckedDocument:
        """The verdict. Never raises on a bad file; asks no network."""
        if len(pdf) > self._max_bytes:
            return CheckedDocument(Verdict.INDETERMINATE, TOO_LARGE.format(megabytes=self._max_bytes // 1024**2))
        key = (hashlib.sha256(pdf).digest(), tuple(expected), tuple(root.sha256 for root in self._trust.roots()))
        known = self._recall(key)
        return known or self._remember(key, self.judge(pdf, expected))

    def amounts(self, pdf: bytes) -> Mapping[str, str]:
        """Text of ``amount``, ``payee_account``, ``debit_account`` and ``dossier_code`` as printed on the page.

        Raises ``ValueError`` when the file is not one of ours.
        """
        return values(pdf)

    def _recall(self, key: _Key) -> CheckedDocument | None:
        with self._lock:
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def _remember(self, key: _Key, checked: CheckedDocument) -> CheckedDocument:
        if checked.verdict is not Verdict.INDETERMINATE:  # a later answer may differ
            with self._lock:
                self._known[key] = checked
                while len(self._known) > self._kept:
                    self._known.popitem(last=False)
        return checked

    def judge(self, pdf: bytes, expected: Sequence[ExpectedSignature]) -> CheckedDocument:
        """The verdict found anew, whatever is remembered. Never raises on a bad file."""
        try:
            return self._judge(pdf, expected)
        except NotOurFile as error:
            _LOG.info("refused file sha256=%s: %s", hashlib.sha256(pdf).hexdigest(), error)
        except Exception:
            # The one place here that may catch all: whatever a hostile file makes a parser do, the answer is "no".
            _LOG.exception("check failed on file sha256=%s", hashlib.sha256(pdf).hexdigest())
        return CheckedDocument(Verdict.ALTERED, ALTERED if pdf.startswith(b"%PDF-") else NOT_PDF)

    def _judge(self, pdf: bytes, expected: Sequence[ExpectedSignature]) -> CheckedDocument:
        outside, revisions = _revisions(pdf, expected)
        if not revisions:
            return CheckedDocument(Verdict.MISSING_SIGNATURE, UNSIGNED)
        embedded = PdfFileReader(BytesIO(pdf)).embedded_signatures
        if [one.field_name for one in embedded] != [revision.field_name for revision in revisions]:
            raise NotOurFile("two readers see different signatures")
        wanted = {one.field_name: one.fingerprint for one in expected}
        statuses = [(one, self._validate(one)) for one in embedded]
        findings = tuple(_finding(one, status, wanted) for one, status in statuses)
        whole = all(_covers(status, last=one is embedded[-1]) for one, status in statuses)
        checked = self._verdict(findings, expected, whole=whole)
        if outside is not None and checked.verdict is Verdict.VALID:
            # Drawn only now: nobody makes pdfium look at a file whom we do not know by a signature.
            outside.check_pictures()
        return checked

    def _validate(self, one: EmbeddedPdfSignature) -> PdfSignatureStatus:
        claimed = one.self_reported_timestamp
        if claimed is None:
            raise NotOurFile("no time is claimed")
        context = self._trust.context(one.other_embedded_certs, claimed)
        return validate_pdf_signature(one, signer_validation_context=context, key_usage_settings=_USAGE)

    def _verdict(
        self, findings: tuple[SignatureFinding, ...], expected: Sequence[ExpectedSignature], *, whole: bool
    ) -> CheckedDocument:
        signed = {finding.field_name for finding in findings}
        missing = [one.field_name for one in expected if one.field_name not in signed]
        if not whole or not all(finding.intact for finding in findings):
            return CheckedDocument(Verdict.ALTERED, ALTERED, findings)
        if not all(finding.expected for finding in findings):
            return CheckedDocument(Verdict.WRONG_SIGNER, WRONG_SIGNER, findings)
        if missing:
            title = self._titles.get(missing[0], "của người ký tiếp theo")
            return CheckedDocument(Verdict.MISSING_SIGNATURE, MISSING.format(title=title), findings)
        if not all(finding.trusted for finding in findings):
            return CheckedDocument(Verdict.INDETERMINATE, UNTRUSTED, findings)
        return CheckedDocument(Verdict.VALID, VALID, findings)


def _revisions(
    pdf: bytes, expected: Sequence[ExpectedSignature]
) -> tuple[SignedOutside | None, Sequence[SignedRevision]]:
    """The file as others signed it, where they did, and its signatures."""
    try:
        return None, signed_revisions(pdf)
    except NotOurFile:
        if not any(one.outside for one in expected):
            raise
        outside = SignedOutside(pdf)
        return outside, outside_revisions(outside)


def _covers(status: PdfSignatureStatus, *, last: bool) -> bool:
    """The last signature reaches the last byte, earlier ones a whole revision, and what followed was allowed."""
    wanted = SignatureCoverageLevel.ENTIRE_FILE if last else SignatureCoverageLevel.ENTIRE_REVISION
    return status.coverage is wanted and bool(status.docmdp_ok)


def _finding(one: EmbeddedPdfSignature, status: PdfSignatureStatus, wanted: Mapping[str, bytes]) -> SignatureFinding:
    certificate: x509.Certificate = one.signer_cert
    fingerprint = hashlib.sha256(certificate.dump()).digest()
    return SignatureFinding(
        # pyHanko's own text knows the reader it came from, and would keep the whole file with every verdict.
        field_name=str(one.field_name),
        signer=str(certificate.subject.native.get("common_name", "")),
        serial=f"{certificate.serial_number:x}",
        signed_at=one.self_reported_timestamp,
        fingerprint=fingerprint,
        intact=status.intact and status.valid,
        trusted=status.trusted,
        expected=wanted.get(one.field_name) == fingerprint,
    )
