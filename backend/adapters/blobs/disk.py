"""Blobs on disk, named by their SHA-256. A half-written file never has a blob's name."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path
from uuid import uuid4


class BlobMissing(RuntimeError):
    """The bytes are not there. Recover: restore the folder from its second copy."""


class BlobDamaged(RuntimeError):
    """The bytes are not those of their name. Recover: restore this file from the second copy."""


class DiskBlobs:
    """``BlobStore`` under one folder; several machines share it as a network file system."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def put(self, content: bytes) -> str:
        """Write temporary → fsync → rename → fsync of the folder; a blob that exists already is left alone."""
        name = sha256(content).hexdigest()
        target = self._path(name)
        if target.exists():
            return name
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = target.with_name(f".{name}.{uuid4().hex}")
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
        _sync(target.parent)
        return name

    def get(self, sha256_hex: str) -> bytes:
        """The bytes, checked against their name."""
        try:
            content = self._path(sha256_hex).read_bytes()
        except FileNotFoundError as error:
            raise BlobMissing(sha256_hex) from error
        if sha256(content).hexdigest() != sha256_hex:
            raise BlobDamaged(sha256_hex)
        return content

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
