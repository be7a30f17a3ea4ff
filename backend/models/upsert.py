"""An insert that can say what happens when the row is there already: both databases know the words, SQLAlchemy has them
per dialect.
"""

from __future__ import annotations

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from backend.models.base import Base


def insert_on(session: Session, table: type[Base]) -> sqlite.Insert | postgresql.Insert:
    """To be followed by ``on_conflict_do_nothing`` or ``on_conflict_do_update``."""
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    return insert(table)
