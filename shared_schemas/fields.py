"""The kinds of fields the wire is made of: their limits and their Vietnamese sentences.

Does not: know any rule of a form; a draft may be incomplete, so these limits are those of every draft too.
"""

from __future__ import annotations

import unicodedata
from typing import Any

from marshmallow import Schema, fields, validate

Messages = dict[str, str | list[Any] | dict[Any, Any]]
"""Sentences by the library's own keys."""

AMOUNT_MAX = 999_999_999_999_999
"""VND; fifteen digits fit a JSON number exactly."""


class _Vietnamese:
    """The sentences every field shares."""

    default_error_messages: Messages = {
        "required": "Thiếu trường này.",
        "null": "Trường này không được để trống.",
        "validator_failed": "Giá trị không hợp lệ.",
    }


class Body(Schema):
    """A JSON body a client sends. What it does not know, it refuses."""

    error_messages: dict[str, str] = {
        "unknown": "Trường này không có trong biểu mẫu.",
        "type": "Cần một đối tượng JSON.",
    }


class Text(_Vietnamese, fields.String):
    """Words a person typed: trimmed, NFC, without control characters, at most ``longest`` characters."""

    default_error_messages: Messages = {
        "invalid": "Cần một đoạn chữ.",
        "invalid_utf8": "Đoạn chữ bị hỏng.",
        "control": "Đoạn chữ chứa ký tự không hợp lệ.",
    }

    def __init__(
        self, description: str, longest: int, *, shortest: int = 0, nullable: bool = False, **rest: Any
    ) -> None:
        rest = {"required": True, **rest}
        super().__init__(
            allow_none=nullable,
            metadata={"description": description},
            validate=validate.Length(min=shortest or None, max=longest, error=_length_sentence(shortest, longest)),
            **rest,
        )

    def _deserialize(  # type: ignore[override]
        self, value: Any, attr: str | None, data: Any, **kwargs: Any
    ) -> str | None:
        text = unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **kwargs)).strip()
        if any(unicodedata.category(letter) in ("Cc", "Cs") and letter != "\n" for letter in text):
            raise self.make_error("control")
        return None if self.allow_none and not text else text

    def _validate(self, value: str | None) -> None:
        # Blank became null above: there is no length to judge.
        if value is not None:
            super()._validate(value)


def _length_sentence(shortest: int, longest: int) -> str:
    if shortest:
        return f"Cần từ {shortest} đến {longest} ký tự."
    return f"Nhiều nhất {longest} ký tự."


class Password(_Vietnamese, fields.String):
    """A secret, taken letter for letter: neither trimmed nor normalised."""

    default_error_messages: Messages = {
        "invalid": "Cần một đoạn chữ.",
        "invalid_utf8": "Đoạn chữ bị hỏng.",
    }

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, attr, data, **kwargs)
        # JSON can spell half of a surrogate pair, which no password hash can take.
        if any(unicodedata.category(letter) == "Cs" for letter in text):
            raise self.make_error("invalid_utf8")
        return text

    def __init__(self, description: str, *, nullable: bool = False) -> None:
        super().__init__(
            required=True,
            allow_none=nullable,
            load_only=True,
            metadata={"description": description, "format": "password"},
            validate=validate.Length(min=1, max=200, error="Cần từ 1 đến 200 ký tự."),
        )


class Amount(_Vietnamese, fields.Integer):
    """Money in VND: a whole JSON number, never text, never a fraction."""

    default_error_messages: Messages = {
        "invalid": "Số tiền là số nguyên, đơn vị đồng.",
        "too_large": "Số tiền quá lớn.",
    }

    def __init__(self, description: str, *, nullable: bool = False, **rest: Any) -> None:
        super().__init__(
            strict=True,
            required=True,
            allow_none=nullable,
            metadata={"description": description},
            validate=validate.Range(min=1, max=AMOUNT_MAX, error="Số tiền từ 1 đến 999.999.999.999.999 đồng."),
            **rest,
        )


class Number(_Vietnamese, fields.Integer):
    """A whole number in a query."""

    default_error_messages: Messages = {"invalid": "Cần một số nguyên.", "too_large": "Số quá lớn."}

    def __init__(self, description: str, smallest: int, largest: int, *, default: int | None) -> None:
        super().__init__(
            load_default=default,
            metadata={"description": description},
            validate=validate.Range(smallest, largest, error=f"Cần một số từ {smallest} đến {largest}."),
        )


class Version(_Vietnamese, fields.Integer):
    """The version of a dossier the person looked at."""

    default_error_messages: Messages = {
        "invalid": "Phiên bản là số nguyên.",
        "too_large": "Phiên bản quá lớn.",
    }

    def __init__(self) -> None:
        super().__init__(
            strict=True,
            required=True,
            metadata={"description": "``version`` of the dossier as last read; another value is refused (409)."},
            validate=validate.Range(min=0, max=2**31 - 1, error="Phiên bản không hợp lệ."),
        )


class Day(_Vietnamese, fields.Date):
    """A calendar day, YYYY-MM-DD."""

    default_error_messages: Messages = {
        "invalid": "Ngày viết dạng năm-tháng-ngày.",
        "format": "Ngày không đúng dạng.",
        "range": "Ngày nằm ngoài khoảng từ năm 1900 đến năm 2199.",
    }

    def __init__(self, description: str, *, nullable: bool = False, **rest: Any) -> None:
        rest = {"required": True, **rest}
        super().__init__(format="iso", allow_none=nullable, metadata={"description": description}, **rest)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        day = super()._deserialize(value, attr, data, **kwargs)
        # Days at the ends of the calendar have no neighbours and no time zones: arithmetic on them fails.
        if not 1900 <= day.year < 2200:
            raise self.make_error("range")
        return day


class WrittenDay(Day):
    """A day on a form; loaded as text, because the content of a form is kept as JSON."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        text: str = super()._deserialize(value, attr, data, **kwargs).isoformat()
        return text


class Choice(_Vietnamese, fields.String):
    """One of a few words."""

    default_error_messages: Messages = {
        "invalid": "Giá trị không hợp lệ.",
        "invalid_utf8": "Giá trị không hợp lệ.",
    }

    def __init__(self, description: str, words: tuple[str, ...], *, nullable: bool = False, **rest: Any) -> None:
        rest = {"required": True, **rest}
        super().__init__(
            allow_none=nullable,
            metadata={"description": description},
            validate=validate.OneOf(words, error="Giá trị không nằm trong danh sách."),
            **rest,
        )


class Flag(_Vietnamese, fields.Boolean):
    """True or false, as JSON says it."""

    default_error_messages: Messages = {"invalid": "Chỉ nhận true hoặc false."}
    truthy = {True}
    falsy = {False}

    def __init__(self, description: str) -> None:
        super().__init__(required=True, metadata={"description": description})


class Reference(_Vietnamese, fields.UUID):
    """The id of something of ours; loaded as text."""

    default_error_messages: Messages = {"invalid_uuid": "Mã tham chiếu không hợp lệ."}

    def __init__(self, description: str, *, nullable: bool = False) -> None:
        super().__init__(required=True, allow_none=nullable, metadata={"description": description})

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:  # type: ignore[override]
        return str(super()._deserialize(value, attr, data, **kwargs))


class Part(_Vietnamese, fields.Nested):
    """An object inside a body."""

    default_error_messages: Messages = {"type": "Cần một đối tượng JSON."}


class Several(_Vietnamese, fields.List[Any]):
    """A list inside a body, with a bound."""

    default_error_messages: Messages = {"invalid": "Cần một danh sách."}

    def __init__(self, inner: Any, description: str, *, fewest: int = 0, most: int) -> None:
        super().__init__(
            inner,
            required=True,
            metadata={"description": description},
            validate=validate.Length(min=fewest, max=most, error=f"Cần từ {fewest} đến {most} mục."),
        )


def must(kind: Any, description: str, **rest: Any) -> Any:
    """An output field that always has a value."""
    return kind(required=True, metadata={"description": description}, **rest)


def may(kind: Any, description: str, **rest: Any) -> Any:
    """An output field that is always there and may be ``null``."""
    return kind(required=True, allow_none=True, metadata={"description": description}, **rest)


def a(schema: Any, description: str, *, nullable: bool = False) -> Any:
    """An object inside an answer."""
    return fields.Nested(schema, required=True, allow_none=nullable, metadata={"description": description})


def many(inner: Any, description: str) -> Any:
    """A list inside an answer, of a schema or of a field."""
    if isinstance(inner, type) and issubclass(inner, Schema):
        inner = fields.Nested(inner)
    return fields.List(inner, required=True, metadata={"description": description})
