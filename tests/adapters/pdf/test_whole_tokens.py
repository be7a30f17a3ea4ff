"""What is read in one piece is what pyHanko reads sign by sign, wrecks and all."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.misc import PdfError

from backend.adapters.pdf import whole_tokens

HEX_SIGNS = st.sampled_from([*"0123456789abcdefABCDEF", " ", "\n", "%", "<", ">", "g", "\x00"])
NAME_SIGNS = st.sampled_from(
    [*"AZaz09.+-_*@!~", "#", "#20", " ", "\n", "\x00", "%", "/", "<", ">", "(", "[", "{", "\x7f", "é"]
)
NUMBERS = st.sampled_from(
    [
        "0",
        "7",
        "-3",
        "+4",
        "00",
        "500.25",
        "-0.5",
        ".5",
        "5.",
        "--1",
        "1-2",
        "1.2.3",
        "5 0 R",
        "1e3",
        "9" * 16,
        "/A",
        "%\n",
        "",
    ]
)
GAPS = st.sampled_from([" ", "  ", "\n", "\t", "", " % note\n"])
HOME = generic.TrailerReference(None)


def read(reader: Callable[..., object], text: bytes, at: int, *more: object) -> tuple[object, ...]:
    stream = BytesIO(text)
    stream.seek(at)
    try:
        found = reader(stream, *more)
    except (PdfError, ValueError, ArithmeticError, AttributeError) as error:
        return type(error), -1
    return (*told(found), stream.tell())


def told(found: object) -> tuple[object, ...]:
    """Everything that can be known of an object, its members with it."""
    if isinstance(found, generic.ArrayObject):
        return (type(found), *(told(each) for each in list.__iter__(found)))
    original = getattr(found, "original_bytes", None)
    return type(found), str(found) if original is None else bytes(original), getattr(found, "container_ref", None)


@given(st.binary(max_size=5), st.lists(HEX_SIGNS, max_size=60).map("".join), st.sampled_from(["", ">", "> 7 0 R"]))
@example(b"", "", ">")
@example(b"x", "feff1ea1", ">>>")
@example(b"", "0", ">")
@example(b"", "3082 01", ">")
@example(b"", "3082", "")
def test_a_string_means_the_same_read_in_one_piece(before, signs, behind):
    text = before + b"<" + (signs + behind).encode()

    assert read(whole_tokens.read_hex_string, text, len(before)) == read(whole_tokens._hex_by_sign, text, len(before))


@given(st.binary(max_size=5), st.lists(NAME_SIGNS, max_size=12).map("".join))
@example(b"", "")
@example(b"x", "Type/Sig")
@example(b"", "Name")
@example(b"", "A#42 ")
def test_a_name_means_the_same_read_in_one_piece(before, signs):
    text = before + b"/" + signs.encode()

    assert read(whole_tokens.read_name, text, len(before)) == read(whole_tokens._name_by_sign, text, len(before))


@given(
    st.binary(max_size=5),
    st.lists(st.tuples(NUMBERS, GAPS), max_size=8).map(lambda parts: "".join(one + gap for one, gap in parts)),
    st.sampled_from(["", "]", " ]", "] 7"]),
)
@example(b"", "", "]")
@example(b"x", "0 500 -3.25", "]]")
@example(b"", "0 500", "")
@example(b"", "12 0 R", "]")
def test_an_array_means_the_same_read_in_one_piece(before, inside, behind):
    text = before + b"[" + (inside + behind).encode()

    found = read(whole_tokens.read_array, text, len(before), HOME)

    assert found == read(whole_tokens._array_by_sign, text, len(before), HOME)


@pytest.mark.parametrize("text", [b"<" + b"00" * 8192 + b">", b"<FEFF1EA1>"])
def test_pyhanko_reads_strings_that_way_once_the_judge_is_there(text, monkeypatch):
    import backend.adapters.pdf.verify  # noqa: F401

    monkeypatch.setattr(whole_tokens, "_hex_by_sign", None)
    found = generic.read_object(BytesIO(text), HOME)

    assert found.original_bytes == bytes.fromhex(text[1:-1].decode())


def test_pyhanko_reads_names_and_numbers_that_way_once_the_judge_is_there(monkeypatch):
    import backend.adapters.pdf.verify  # noqa: F401

    for name in ("_name_by_sign", "_array_by_sign"):
        monkeypatch.setattr(whole_tokens, name, None)
    found = generic.read_object(BytesIO(b"<</W [500 -3.25] /Type /Font>>"), HOME)

    assert told(found.raw_get("/W")) == told(generic.ArrayObject([_at_home(500), _at_home("-3.25")]))
    assert found["/Type"] == "/Font"


def _at_home(value: int | str) -> generic.PdfObject:
    number = generic.NumberObject(value) if isinstance(value, int) else generic.FloatObject(value)
    number.container_ref = HOME
    return number
