"""What every profile works with, and what a profile is.

A profile is one file in ``profiles`` with a ``PROFILE``; it is found by its folder. Two profiles may speak for the same
provider (the same people and the same CA, another protocol): the one with ``names`` founds the CA.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from flask import Blueprint

from . import profiles
from .authority import Authority, AuthorityNames
from .clock import Clock
from .codes import Codes
from .faults import Faults
from .ledger import Ledger
from .policy import Policies, Strictness
from .settings import Settings
from .subscribers import Register
from .tokens import Locks, Tokens
from .transaction import Transaction
from .transactions import Transactions


class BadProfile(Exception):
    """A file in ``profiles`` that cannot be used; the sandbox does not start with half of its providers."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One protocol of one provider."""

    slug: str
    """Name of the module."""
    provider: str
    """Whose people and CA it uses."""
    base_path: str
    """Where its routes are mounted."""
    app_name: str
    """The vendor's phone app, as people know it."""
    brand: str
    """The vendor, as people know it."""
    names: AuthorityNames | None
    """How the CA calls itself; None when another profile of the same provider founds it."""
    life_s: int
    """How long a person may think. Overridden by SANDBOX_<SLUG>_LIFE_S."""
    relying_party: Mapping[str, str]
    """Default credentials of the relying party; overridden by SANDBOX_<PROVIDER>_<NAME>."""
    routes: Callable[[Bench, Profile], Blueprint]
    """Makes the blueprint."""
    notice: Callable[[Transaction], dict[str, Any]] | None = None
    """Body of the callback to ``notify_url`` when a transaction ends; None when the protocol has none."""
    deliver: Callable[[Transaction, dict[str, Any]], str] | None = None
    """How that body gets there when it takes more than one POST; returns the listener's status, or why there was
    none. ``notify.send`` posts."""
    bearer_header: str = "Authorization"
    """Which header carries the person's token."""


@dataclass
class Bench:
    """The small core the profiles share."""

    settings: Settings
    clock: Clock
    ledger: Ledger
    faults: Faults
    policies: Policies
    strictness: Strictness
    tokens: Tokens
    locks: Locks
    codes: Codes
    transactions: Transactions
    authorities: dict[str, Authority] = field(default_factory=dict)
    registers: dict[str, Register] = field(default_factory=dict)
    profiles: dict[str, Profile] = field(default_factory=dict)

    def relying_party(self, profile: Profile, name: str) -> str:
        """A credential of the relying party as configured."""
        return self.settings.text(f"{profile.provider}_{name}".upper(), profile.relying_party[name])

    def life_s(self, profile: Profile) -> float:
        return life_s(self.settings, profile)

    def token_life_s(self) -> int:
        return token_life_s(self.settings)


def life_s(settings: Settings, profile: Profile) -> float:
    return settings.seconds(f"{profile.slug}_life_s".upper(), profile.life_s)


def token_life_s(settings: Settings) -> int:
    return int(settings.seconds("TOKEN_LIFE_S", 3600))


def check(settings: Settings) -> None:
    """Everything that can be known to be wrong before listening. Raises RefusesToStart or BadProfile."""
    token_life_s(settings)
    for profile in load_profiles().values():
        life_s(settings, profile)


def load_profiles() -> dict[str, Profile]:
    """Every profile of the folder. Raises BadProfile when one is odd."""
    found: dict[str, Profile] = {}
    for module in pkgutil.iter_modules(profiles.__path__):
        profile = getattr(import_module(f"{profiles.__name__}.{module.name}"), "PROFILE", None)
        if not isinstance(profile, Profile) or profile.slug != module.name:
            raise BadProfile(f"profiles/{module.name}.py has no PROFILE with slug {module.name!r}")
        found[profile.slug] = profile
    founders = [profile.provider for profile in found.values() if profile.names is not None]
    if len(set(founders)) != len(founders) or {p.provider for p in found.values()} - set(founders):
        raise BadProfile("each provider needs exactly one profile that founds its CA")
    return found
