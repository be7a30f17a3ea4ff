"""What the commands of operators share: the settings, a house to call use cases in, and who calls them."""

from __future__ import annotations

import getpass
from typing import TYPE_CHECKING

import click

from backend.config import Settings, UnsafeSettings, from_env

if TYPE_CHECKING:
    from backend.services.house import House


def settings_at_hand() -> Settings:
    """Of this environment; what is unsafe ends the command in one line."""
    try:
        return from_env()
    except UnsafeSettings as error:
        raise click.ClickException(str(error)) from error


def house_of(settings: Settings) -> House:
    """A house whose knocks reach the running web process."""
    from backend.adapters.realtime.local import LocalKnocker
    from backend.factory import build_house

    return build_house(settings, LocalKnocker(settings.data_dir / "knock.sock"))


def house_at_hand() -> House:
    """The house of this environment."""
    return house_of(settings_at_hand())


def operator() -> str:
    """Whoever calls, as the machine knows them and as logs name them."""
    return f"operator {getpass.getuser()}"
