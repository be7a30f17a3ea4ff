"""What a password of ours must be, after NIST SP 800-63B-4 §3.1.1: length instead of composition, nothing guessable.

The standard asks for fifteen characters alone and eight beside a second factor. Our one number is twelve: who has a
passkey enters by it, and whoever has none is held by counted tries. No rule about kinds of letters, no change by the
calendar. Does not: know hashes, or who asks.
"""

from __future__ import annotations

SHORTEST = 12
LONGEST = 200
FEWEST_KINDS = 5
"""Different characters; ``abababababab`` has two."""

_ROWS = tuple(row * 3 for row in ("0123456789", "qwertyuiop", "asdfghjkl", "zxcvbnm", "abcdefghijklmnopqrstuvwxyz"))

_COMMONEST = (
    *("password", "passw0rd", "matkhau", "iloveyou", "welcome", "letmein", "admin", "administrator", "anhyeuem"),
    *("khobac", "kykhobac", "khobacnhanuoc", "vietnam", "qwerty", "qwertyuiop", "abc", "abcdef", "changeme"),
)
"""Words that stand at the top of every list of stolen passwords, or that everybody here thinks of first."""


def what_is_wrong(password: str, username: str, unit_code: str | None) -> str | None:
    """A Vietnamese sentence that says what to do, or None for a password that will do."""
    if len(password) < SHORTEST:
        return f"Mật khẩu cần ít nhất {SHORTEST} ký tự. Hãy viết dài hơn, ví dụ ghép vài từ không liên quan."
    if len(password) > LONGEST:
        return f"Mật khẩu dài nhất {LONGEST} ký tự. Hãy viết ngắn lại."
    folded = password.casefold()
    if any(name and name.casefold() in folded for name in (username, unit_code)):
        return "Mật khẩu không được chứa tên đăng nhập hoặc mã đơn vị. Hãy chọn những từ khác."
    if len(set(folded)) < FEWEST_KINDS or _is_common(folded):
        return "Mật khẩu này quá dễ đoán. Hãy ghép vài từ không liên quan đến nhau."
    return None


def _is_common(folded: str) -> bool:
    """One of the commonest words, once or repeated, with no more beside it than signs and digits that mean nothing."""
    letters = "".join(each for each in folded if each.isalpha())
    digits = "".join(each for each in folded if each.isdigit())
    return (_in_a_row(letters) or _is_repeated(letters)) and (_in_a_row(digits) or len(set(digits)) < FEWEST_KINDS)


def _in_a_row(keys: str) -> bool:
    return any(keys in row or keys[::-1] in row for row in _ROWS)


def _is_repeated(letters: str) -> bool:
    return any(letters == word * (len(letters) // len(word)) for word in _COMMONEST)
