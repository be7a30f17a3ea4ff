"""What a provider module may be told from outside, as data: start-up checks and the settings page are made from it.

Does not: read the environment (the caller passes a mapping) or decide whether this is production (the caller says so).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

from backend.adapters.provider_kit.outcome_table import problem_of

_SANDBOX_PORT = "SANDBOX_PORT"
_DEFAULT_SANDBOX_PORT = "8001"
_PATH = re.compile(r"/[A-Za-z0-9_./{}-]*")


class SettingKind(StrEnum):
    """How the text of a setting is read."""

    TEXT = "text"
    URL = "url"
    SECONDS = "seconds"
    COUNT = "count"
    FILE = "file"
    PATH = "path"
    OUTCOMES = "outcomes"


class BadSetting(ValueError):
    """A setting cannot be used. Recover: mend the environment; the message names the setting, never its value."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One environment variable of a provider."""

    name: str
    """Upper case, begins with the provider's slug."""
    default: str
    """Used when the variable is absent; ``{SANDBOX_PORT}`` stands for the sandbox's port."""
    meaning: str
    """One line for the settings page."""
    kind: SettingKind = SettingKind.TEXT
    secret: bool = False
    """True when the value must never be printed."""
    sandbox_only: bool = False
    """True when the default belongs to the sandbox and production must replace it."""
    choices: tuple[str, ...] = ()
    """Allowed values; empty when anything of the kind goes."""
    may_be_empty: bool = False
    refused: tuple[tuple[str, str], ...] = ()
    """Values that are known and never used, each with the reason."""
    used_with: tuple[str, ...] = ()
    """Name of another setting, then the values of it with which this one counts (empty text: when it is absent)."""

    def default_text(self, settings: Mapping[str, str] | None = None) -> str:
        """The default, with the sandbox's port filled in."""
        port = (settings or {}).get(_SANDBOX_PORT) or _DEFAULT_SANDBOX_PORT
        return self.default.replace("{SANDBOX_PORT}", port)

    def text(self, settings: Mapping[str, str]) -> str:
        """The value as text. Raises ``BadSetting``."""
        value = settings.get(self.name, "").strip() or self.default_text(settings)
        problem = self._problem(value)
        if problem:
            raise BadSetting(f"{self.name}: {problem}")
        return value

    def number(self, settings: Mapping[str, str]) -> float:
        """The value in seconds or pieces. Raises ``BadSetting``."""
        return float(self.text(settings))

    def count(self, settings: Mapping[str, str]) -> int:
        """The value in pieces. Raises ``BadSetting``."""
        return int(self.text(settings))

    def unsafe(self, settings: Mapping[str, str]) -> str | None:
        """Why production must refuse the present value; None when it may be used."""
        value = self.text(settings)
        if not self.is_used(settings):
            return None
        if self.sandbox_only and value == self.default_text(settings):
            return f"{self.name}: still the sandbox's"
        if self.kind is SettingKind.URL:
            return _unsafe_url(self.name, value)
        return None

    def is_used(self, settings: Mapping[str, str]) -> bool:
        """False while the profile that needs this setting is not the chosen one."""
        if not self.used_with:
            return True
        name, *values = self.used_with
        return settings.get(name, "").strip() in values

    def _problem(self, value: str) -> str | None:
        if not value:
            return None if self.may_be_empty else "is empty"
        reason = dict(self.refused).get(value)
        if reason is not None:
            return f"{value} is refused: {reason}"
        if self.choices and value not in self.choices:
            return f"must be one of {', '.join(self.choices)}"
        return _KIND_PROBLEM[self.kind](value)


def _text_problem(value: str) -> str | None:
    return None if value.isprintable() else "holds characters that cannot be printed"


def _seconds_problem(value: str) -> str | None:
    try:
        number = float(value)
    except ValueError:
        return "is not a number of seconds"
    return None if 0 < number <= 3600 else "must be above 0 and at most 3600 seconds"


def _count_problem(value: str) -> str | None:
    if not (value.isascii() and value.isdigit()):
        return "is not a whole number"
    return None if 0 < int(value) <= 10_000 else "must be from 1 to 10000"


def _file_problem(value: str) -> str | None:
    return None if Path(value).is_file() else "is not a file"


def _path_problem(value: str) -> str | None:
    return None if _PATH.fullmatch(value) else "is not a path that begins with /"


def _url_problem(value: str) -> str | None:
    try:
        parts = urlsplit(value)
        port_is_fine = parts.port != 0
    except ValueError:
        return "is not a URL"
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_fine:
        return "must be an http or https URL with a host"
    if parts.username or parts.password or parts.query or parts.fragment:
        return "must not carry a user, a password, a query or a fragment"
    return None


_KIND_PROBLEM = {
    SettingKind.TEXT: _text_problem,
    SettingKind.URL: _url_problem,
    SettingKind.SECONDS: _seconds_problem,
    SettingKind.COUNT: _count_problem,
    SettingKind.FILE: _file_problem,
    SettingKind.PATH: _path_problem,
    SettingKind.OUTCOMES: problem_of,
}


def _unsafe_url(name: str, value: str) -> str | None:
    parts = urlsplit(value)
    if parts.scheme != "https":
        return f"{name}: must be https"
    host = parts.hostname or ""
    if host == "localhost" or host.endswith((".localhost", ".local")):
        return f"{name}: points at this machine or network"
    try:
        is_public = ipaddress.ip_address(host).is_global
    except ValueError:
        return None
    return None if is_public else f"{name}: points at this machine or network"
