"""Lets asn1crypto prepare the text of a name for comparison (RFC 4518 §2) once, and not for every certificate anew.

The same few CAs and people stand in every file of a list, and judging a file compares their names dozens of times.
Does not: prepare anything differently.
"""

from __future__ import annotations

from functools import lru_cache

from asn1crypto.x509 import NameTypeAndValue

_LONGEST = 200
"""Characters of a text that is kept; nobody fills our memory with names."""
_anew = NameTypeAndValue._ldap_string_prep


@lru_cache(maxsize=2048)
def _known(text: str) -> str:
    prepared: str = _anew(None, text)  # it asks nothing of the name the text stands in
    return prepared


def prepared(name: NameTypeAndValue, text: str) -> str:
    """Raises ValueError for characters that no name may hold, each time."""
    return _known(text) if len(text) <= _LONGEST else str(_anew(name, text))


def install() -> None:
    """From now on, in this process."""
    NameTypeAndValue._ldap_string_prep = prepared
