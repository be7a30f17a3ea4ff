"""The certificate authorities: one module each, found by looking into this folder; nothing outside a module names
one.

A module offers ``make(settings, clock) -> SigningProvider`` and ``SETTINGS``, whose names begin with the module's
name in upper case; its descriptor's slug is the module's name. With ``ONLY_WHEN_NAMED = True`` it is offered only where
the setting ``PROVIDERS`` names it. A module that is odd stops the start."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping
from types import ModuleType

from backend.adapters.provider_kit.settings import BadSetting, Setting
from backend.domain.providers import Descriptor
from backend.services.ports import Clock, SigningProvider

PROVIDERS = Setting(
    "PROVIDERS",
    "",
    "Slugs of the providers offered, comma between; empty: all but those that must be named",
    may_be_empty=True,
)
_SLUG = re.compile(r"[a-z][a-z0-9]{1,30}")
_METHODS = ("open_session", "list_certificates", "request_signature", "poll", "read_callback")
_SECOND_FACTOR = ("answer_second_factor", "resend_second_factor")


class OddProvider(RuntimeError):
    """A module in this folder is not a provider. Recover: mend or remove it; the server does not start before."""


def load_all(settings: Mapping[str, str], clock: Clock) -> dict[str, SigningProvider]:
    """Every offered provider by slug. Raises ``OddProvider`` or ``BadSetting``."""
    return {slug: _checked(slug, module.make(settings, clock)) for slug, module in _offered(settings).items()}


def all_settings(settings: Mapping[str, str]) -> tuple[Setting, ...]:
    """The settings of this folder and of every offered provider, for the start-up check."""
    return (PROVIDERS, *(each for module in _offered(settings).values() for each in module.SETTINGS))


def documented_settings() -> tuple[Setting, ...]:
    """The settings of every module there is, for the settings page."""
    return all_settings({PROVIDERS.name: ",".join(_found())})


def setting_problems(settings: Mapping[str, str], *, production: bool) -> list[str]:
    """Every setting that cannot be used, or must not be in production: one sentence each, no secret values."""
    try:
        declared = all_settings(settings)
    except BadSetting as error:
        return [str(error)]
    return [problem for each in declared if (problem := _problem(each, settings, production))]


def _problem(setting: Setting, settings: Mapping[str, str], production: bool) -> str | None:
    try:
        setting.text(settings)
    except BadSetting as error:
        return str(error)
    return setting.unsafe(settings) if production else None


def _offered(settings: Mapping[str, str]) -> dict[str, ModuleType]:
    found = {name: _module(name) for name in _found()}
    usual = [slug for slug, module in found.items() if not getattr(module, "ONLY_WHEN_NAMED", False)]
    wanted = [slug.strip() for slug in PROVIDERS.text(settings).split(",") if slug.strip()] or usual
    strangers = [slug for slug in wanted if slug not in found]
    if strangers:
        raise BadSetting(f"{PROVIDERS.name}: no such provider: {', '.join(strangers)}")
    return {slug: found[slug] for slug in wanted}


def _found() -> list[str]:
    return sorted(info.name for info in pkgutil.iter_modules(__path__))


def _module(name: str) -> ModuleType:
    if not _SLUG.fullmatch(name):
        raise OddProvider(f"{name}: a provider's name is lower-case letters and digits")
    module = importlib.import_module(f"{__name__}.{name}")
    _demand(callable(getattr(module, "make", None)), name, "has no make()")
    declared = getattr(module, "SETTINGS", None)
    _demand(isinstance(declared, tuple) and all(isinstance(each, Setting) for each in declared), name, "no SETTINGS")
    names = [each.name for each in module.SETTINGS]
    _demand(len(set(names)) == len(names), name, "declares a setting twice")
    _demand(all(each.startswith(f"{name.upper()}_") for each in names), name, "declares another's setting")
    return module


def _checked(slug: str, provider: SigningProvider) -> SigningProvider:
    descriptor = getattr(provider, "descriptor", None)
    if not isinstance(descriptor, Descriptor):
        raise OddProvider(f"{slug}: has no descriptor")
    _demand(descriptor.slug == slug, slug, "carries another slug")
    _demand(bool(descriptor.name and descriptor.app_name), slug, "has no name to show")
    limits = (descriptor.title_max, descriptor.doc_id_max, descriptor.max_batch, descriptor.life_s)
    _demand(min(limits) > 0 and descriptor.poll_interval_s > 0, slug, "has a limit of zero")
    for method in (*_METHODS, *(_SECOND_FACTOR if descriptor.may_need_second_factor else ())):
        _demand(callable(getattr(provider, method, None)), slug, f"has no {method}()")
    return provider


def _demand(holds: bool, name: str, otherwise: str) -> None:
    if not holds:
        raise OddProvider(f"{name}: {otherwise}")
