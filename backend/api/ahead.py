"""What a browser is told to fetch together with the page, before it has read a word of it: the ``Link`` header.

The front-end build writes into ``ahead.json`` which files and which call each screen starts with. A browser may ignore
it and asks a moment later by itself. Does not: know screens, or send anything unasked.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

_NAME = r"([\w-]+)"
_SESSION = "/api/session"


@dataclass(frozen=True, slots=True)
class _Screen:
    address: re.Pattern[str]
    call: str
    """May end in ``:id``, which stands for the same part of the address."""
    files: Sequence[str]


@dataclass(frozen=True, slots=True)
class Ahead:
    """The files of every screen, of the log-in, and of the screens that people open directly."""

    always: Sequence[str] = ()
    login: Sequence[str] = ()
    screens: Sequence[_Screen] = ()

    @classmethod
    def of(cls, dist: Path) -> Self:
        """As the build in ``dist`` says; nothing without a build."""
        written = dist / "ahead.json"
        if not written.exists():
            return cls()
        told = json.loads(written.read_text())
        screens = [
            _Screen(re.compile(each["path"].replace(":id", _NAME), re.ASCII), each["call"], each["files"])
            for each in told["screens"]
        ]
        return cls(told["always"], told["login"], screens)

    def links(self, address: str, *, known: bool) -> str:
        """Value of a ``Link`` header (RFC 8288) for that address; empty for one that no build knows.

        ``known``: the browser has sent a session. Without one the log-in screen comes, and no call can succeed.
        """
        files = [*self.always] if known else [*self.always, *self.login]
        calls = [_SESSION] if known and self.always else []
        for screen in self.screens:
            if known and (found := screen.address.fullmatch(address)):
                files += screen.files
                calls.append(screen.call.replace(":id", found[1]) if found.groups() else screen.call)
        modules = [f"<{file}>; rel=modulepreload" for file in files]
        return ", ".join([*modules, *(f"<{call}>; rel=preload; as=fetch; crossorigin" for call in calls)])
