"""What a file from outside must be before the house keeps it and gives it to somebody else: a PDF that does nothing.

Ours (no document says it). Does not: read PDF (an adapter does), or judge what is written in the file: people do.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

MOST_BYTES = 5_000_000
"""Of one attached file: some twenty scanned pages."""
MOST_PAGES = 50


class Flaw(StrEnum):
    """Why a file is not kept."""

    TOO_LONG = "too_long"
    NOT_READABLE = "not_readable"
    """No PDF, or a damaged one."""
    LOCKED = "locked"
    """Encrypted, with a password or without."""
    ACTIVE = "active"
    """Holds programs, starts something, or carries other files."""
    TOO_MANY_PAGES = "too_many_pages"


FLAW_SENTENCE: Mapping[Flaw, str] = {
    Flaw.TOO_LONG: "Tệp lớn hơn 5 MB. Quét lại với độ phân giải thấp hơn (khoảng 150 dpi, đen trắng) rồi chọn lại.",
    Flaw.NOT_READABLE: "Không đọc được tệp này. Chọn tệp PDF, hoặc quét lại văn bản thành PDF.",
    Flaw.LOCKED: "Tệp PDF có mật khẩu hoặc bị khóa. Bỏ bảo vệ, hoặc quét lại văn bản thành PDF, rồi chọn lại.",
    Flaw.ACTIVE: "Tệp PDF chứa chương trình hoặc tệp khác đi kèm nên không nhận. In văn bản đó ra PDF rồi chọn lại.",
    Flaw.TOO_MANY_PAGES: "Tệp PDF có quá 50 trang. Chỉ đính kèm văn bản cần thiết.",
}
