"""A name is prepared for comparison as asn1crypto does it, however often it has been seen."""

from __future__ import annotations

import pytest
from asn1crypto.x509 import NameTypeAndValue
from hypothesis import example, given
from hypothesis import strategies as st

from backend.adapters.pdf import known_names

NAME = NameTypeAndValue()


@given(text=st.text(max_size=300))
@example(text="Nguyễn  Thị\u00a0ÁNH Tuyết")
@example(text="a" * 300)
@example(text=" ")
def test_a_text_is_prepared_alike_the_first_time_and_ever_after(text: str) -> None:
    try:
        wanted = known_names._anew(NAME, text)
    except ValueError:
        for _ in range(2):
            with pytest.raises(ValueError):
                known_names.prepared(NAME, text)
    else:
        assert [known_names.prepared(NAME, text) for _ in range(2)] == [wanted] * 2
