"""Text that people type: one Unicode form, no characters that hide or reorder what is printed.

Follows Unicode UAX #15 (NFC). A signed form must show exactly what was approved, so control, formatting (bidirectional
overrides, zero-width marks), private and unassigned characters are refused rather than removed: removing would
change what the person wrote. Does not judge meaning or length.
"""

from __future__ import annotations

import re
import unicodedata

_BLANKS = re.compile("[ \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]+")
_REFUSED_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def clean_text(text: str) -> str:
    """NFC, blanks joined to one space, trimmed. Line breaks stay, so that they are refused instead of vanishing."""
    return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip(" ")


def has_refused_characters(text: str) -> bool:
    """True when a character would be invisible, move others, or have no agreed look."""
    return any(unicodedata.category(character) in _REFUSED_CATEGORIES for character in text)


def folded(text: str) -> str:
    """Lower case without diacritics, for searching: ``Thanh toán Điện`` becomes ``thanh toan dien``."""
    decomposed = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(character for character in decomposed if not unicodedata.combining(character)).strip()
