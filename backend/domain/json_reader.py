"""Typed fields out of a decoded JSON object, every wrong one named at once.

A missing field and null are the same: not filled in. An unknown field is refused, because it would be lost at the
next save.
Does not: decode JSON or judge the values beyond their type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from backend.domain.errors import FieldProblem, Invalid
from backend.domain.text import clean_text

_ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_Choice = TypeVar("_Choice", bound=StrEnum)
_Value = TypeVar("_Value")


class ObjectReader:
    """Reads one object; ``path`` ends in a dot or is empty."""

    def __init__(self, mapping: Mapping[object, object], path: str, problems: list[FieldProblem]) -> None:
        self._left = {str(name): value for name, value in mapping.items()}
        self._path = path
        self._problems = problems

    def text(self, name: str) -> str:
        """NFC text; empty when missing."""
        return self.text_or_none(name) or ""

    def text_or_none(self, name: str) -> str | None:
        """NFC text, for fields where "not sent" and "empty" differ."""
        return self._take(name, lambda given: clean_text(given) if isinstance(given, str) else None, "chữ")

    def whole(self, name: str) -> int | None:
        """A whole number. JSON's true and 1.0 are not numbers of đồng."""
        return self._take(name, lambda given: given if type(given) is int else None, "số nguyên")

    def day(self, name: str) -> date | None:
        """An ISO calendar day."""
        return self._take(name, _as_date, "ngày có thật")

    def flag(self, name: str) -> bool:
        """True or false; false when missing."""
        return self._take(name, lambda given: given if isinstance(given, bool) else None, "có hoặc không") or False

    def choice(self, name: str, kind: type[_Choice]) -> _Choice | None:
        """A member of ``kind`` by its value."""
        known = {member.value: member for member in kind}
        return self._take(
            name, lambda given: known.get(given) if isinstance(given, str) else None, "một mục trong danh sách"
        )

    def choices(self, name: str, kind: type[_Choice]) -> tuple[_Choice, ...]:
        """Members of ``kind`` by their values, each once, in the order sent."""
        known = {member.value: member for member in kind}
        found: list[_Choice] = []
        for position, text in enumerate(self.texts(name)):
            if text not in known:
                self._note(f"{name}.{position}", "Giá trị phải là một mục trong danh sách. Nhập lại.")
            elif known[text] not in found:
                found.append(known[text])
        return tuple(found)

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of NFC texts."""
        return tuple(self._take(name, _as_texts, "một danh sách") or ())

    def part(self, name: str, read: Callable[[ObjectReader], _Value]) -> _Value | None:
        """An object inside this one."""
        given = self._take(name, _as_object, "một nhóm thông tin")
        return None if given is None else self._read_inside(name, given, read)

    def parts(self, name: str, read: Callable[[ObjectReader], _Value]) -> tuple[_Value, ...]:
        """A list of objects; a wrong item is noted under its position and left out."""
        items = self._take(name, lambda given: given if isinstance(given, list) else None, "một danh sách") or []
        found = []
        for position, item in enumerate(items):
            path, given = f"{name}.{position}", _as_object(item)
            if given is None:
                self._note(path, "Giá trị phải là một nhóm thông tin. Nhập lại.")
            else:
                found.append(self._read_inside(path, given, read))
        return tuple(found)

    def finish(self) -> None:
        """Refuse whatever was not asked for."""
        for name in self._left:
            self._note(name, "Thông tin này không có trên chứng từ. Tải lại trang rồi nhập lại.")

    def _take(self, name: str, convert: Callable[[object], _Value | None], wanted: str) -> _Value | None:
        given = self._left.pop(name, None)
        if given is None:
            return None
        converted = convert(given)
        if converted is None:
            self._note(name, f"Giá trị phải là {wanted}. Nhập lại.")
        return converted

    def _read_inside(self, name: str, given: Mapping[object, object], read: Callable[[ObjectReader], _Value]) -> _Value:
        reader = ObjectReader(given, f"{self._path}{name}.", self._problems)
        value = read(reader)
        reader.finish()
        return value

    def _note(self, name: str, sentence: str) -> None:
        self._problems.append(FieldProblem(f"{self._path}{name}", sentence))


def read_object(mapping: Mapping[str, object], read: Callable[[ObjectReader], _Value]) -> _Value:
    """Read a whole object; raises Invalid with every field that does not fit."""
    problems: list[FieldProblem] = []
    reader = ObjectReader({name: value for name, value in mapping.items()}, "", problems)
    value = read(reader)
    reader.finish()
    if problems:
        raise Invalid(problems)
    return value


def _as_object(given: object) -> Mapping[object, object] | None:
    return given if isinstance(given, Mapping) else None


def _as_texts(given: object) -> list[str] | None:
    if not isinstance(given, list) or not all(isinstance(item, str) for item in given):
        return None
    return [clean_text(item) for item in given]


def _as_date(given: object) -> date | None:
    if not isinstance(given, str) or not _ISO_DATE.fullmatch(given):
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None
