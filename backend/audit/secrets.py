"""I9: passwords and tokens of people rest nowhere, neither under their own name nor as words.

Nothing can prove the absence of a secret that nobody knows. What can be seen: a JSON field with a secret's name and a
value in it, a token or password in a column that must hold a seal or a hash, and, for the people made to be looked
for (canaries), their very words in any column of any table or any file of the given folders.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from sqlalchemy import JSON, LargeBinary, String, select

from backend.audit.ground import Breach, Breaches, Ground
from backend.models import IdempotencyKey, ProviderInbox, SigningTransaction, User
from backend.models.base import Base

_NAMES = re.compile(r"pass(?:word|wd|phrase)|secret|token|authorization|\bpin\b|\botp\b", re.I)
_HARMLESS = re.compile(r"[*•]*")
_BLOCK = 1 << 20


def rows_hold_no_secret(ground: Ground) -> Breaches:
    """Every answer, knock and hash is what it must be; no column of any table holds a given secret."""
    for id_, hashed in ground.stream(select(User.id, User.password_hash)):
        ground.looked["I9"] += 1
        # Empty: whoever is not a member yet, or waits for the first password. Nothing matches it.
        if hashed and not hashed.startswith("$argon2id$"):
            yield Breach("I9", f"member {id_}", "the password is kept in another way than argon2id")
    for table, key, column in (
        ("signing", SigningTransaction.id, SigningTransaction.raw_answers),
        ("knock", ProviderInbox.id, ProviderInbox.body),
        ("answer", IdempotencyKey.key, IdempotencyKey.body),
    ):
        for id_, value in ground.stream(select(key, column)):
            ground.looked["I9"] += 1
            if _names_a_secret(_read(value)):
                yield Breach("I9", f"{table} {id_}", "a field with a secret's name has a value")
    yield from _canaries_in_rows(ground)


def _read(value: object) -> object:
    """JSON inside strings is opened, as answers of CAs are kept as text."""
    if isinstance(value, str):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _names_a_secret(value: object) -> bool:
    if isinstance(value, Mapping):
        return any(_is_secret(str(name), part) or _names_a_secret(_read(part)) for name, part in value.items())
    return isinstance(value, list) and any(_names_a_secret(_read(part)) for part in value)


def _is_secret(name: str, value: object) -> bool:
    return bool(_NAMES.search(name)) and isinstance(value, str) and not _HARMLESS.fullmatch(value)


def _canaries_in_rows(ground: Ground) -> Breaches:
    if not ground.secrets:
        return
    words = [word.encode() for word in ground.secrets]
    for table in Base.metadata.sorted_tables:
        columns = [each for each in table.columns if isinstance(each.type, String | JSON | LargeBinary)]
        for row in ground.stream(select(*columns)) if columns else ():
            ground.looked["I9"] += 1
            for column, value in zip(columns, row, strict=True):
                if any(word in _bytes(value) for word in words):
                    yield Breach("I9", f"table {table.name}", f"column {column.name} holds a secret in clear")


def _bytes(value: object) -> bytes:
    if isinstance(value, bytes):
        return value
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)).encode()


def files_hold_no_secret(ground: Ground) -> Breaches:
    """No file of the given folders holds a given secret, deleted rows of a SQLite file included."""
    words = [word.encode() for word in ground.secrets]
    for path in _files(ground.folders) if words else ():
        ground.looked["I9"] += 1
        if _contains(path, words):
            yield Breach("I9", f"file {path.name}", "it holds a secret in clear")


def _files(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from (path for path in sorted(folder.rglob("*")) if path.is_file())


def _contains(path: Path, words: Sequence[bytes]) -> bool:
    overlap = max(map(len, words)) - 1
    with path.open("rb") as file:
        tail = b""
        while block := file.read(_BLOCK):
            if any(word in tail + block for word in words):
                return True
            tail = block[-overlap:] if overlap else b""
    return False
