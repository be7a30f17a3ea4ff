"""Searching folded text: every word typed must occur, in any order and without diacritics."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, true
from sqlalchemy.orm import InstrumentedAttribute

from backend.domain.text import folded


def has_words(column: InstrumentedAttribute[str], q: str) -> ColumnElement[bool]:
    """SQL condition on a ``search_text`` column; dots are ignored, so that a typed amount finds the stored one."""
    words = folded(q).replace(".", "").split()
    return and_(true(), *(column.contains(word, autoescape=True) for word in words))
