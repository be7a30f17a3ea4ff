"""What the conformance suite must know of one provider profile: one file in ``profiles`` with a ``PROFILE``.

Everything the adapter's descriptor already says (password, batch, callback, blocking, look-up) is read from there and
not repeated. A profile file says only how people of this CA are enrolled and where the CA's dialect answers otherwise
than the common table of ``expectations``.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module

from backend.adapters import providers
from backend.adapters.clock import SystemClock
from backend.domain.providers import Descriptor, Expired, Failed, FailureKind, Pending, Rejected, Unreachable
from tests.adapters.providers import profiles

PASSWORD = "Mật-khẩu&=đúng 1"
LOGIN, CERTIFICATES, SIGN, STATUS = "login", "certificates", "sign", "status"
Answer = type[Rejected] | type[Expired] | type[Unreachable] | type[Pending] | type[Failed] | FailureKind


@dataclass(frozen=True, slots=True)
class Profile:
    """One protocol of one provider, as the suite tries it."""

    name: str
    """Shown in the test's name; also the name of the file, ``-`` written ``_``."""
    slug: str
    """Module in ``backend/adapters/providers``."""
    login: Callable[[int], str]
    """Shape of a user name at this CA, from a running number."""
    settings: Mapping[str, str] = field(default_factory=dict)
    """Settings beyond the defaults; ``{sandbox}`` stands for the sandbox's address."""
    repeats: str = ""
    """Name of the profile whose code asks for the result here too: where pairs of two things are tried on that one,
    here each of both is tried once."""
    provider: str = ""
    """Whose people of the sandbox sign here; empty: the slug."""
    calls: tuple[str, ...] = (LOGIN, CERTIFICATES, SIGN, STATUS)
    """The calls that leave the house, by the sandbox's name for them."""
    enrolment: Mapping[str, object] = field(default_factory=dict)
    """Facts beyond name, number and password that the sandbox needs to enrol a person here."""
    webhook: str = ""
    """Setting of the sandbox that holds the address to call back, where it is agreed beforehand; empty: it comes with
    each request."""
    renews: bool | None = None
    """Whether the adapter gets over an ended token without the person; None where the CA has no token."""
    exchanges: bool = False
    """Whether an ended token is exchanged for a new pair while a request waits, and only then."""
    tells_states: bool = True
    """Whether the CA says of each certificate if it is revoked; some leave that to whoever reads the certificate."""
    unknown_user: FailureKind = FailureKind.UNKNOWN_USER
    """What the CA says about a user name nobody has."""
    wrong_client: tuple[str, ...] = ()
    """Settings that prove us, as relying party, to the CA; spoilt one by one."""
    endings: Mapping[str, Answer] = field(default_factory=dict)
    """Ending on the phone (``refuse``, ``expire``) → what the adapter says, where it is not Rejected and Expired."""
    failures: Mapping[str, Answer] = field(default_factory=dict)
    """Reason of a failure at the CA (``signing``, ``key_authorisation``, ``certificate``, ``quota``, ``internal``) →
    what the adapter says; SIGNING_FAILED when absent."""
    quota: FailureKind = FailureKind.QUOTA_EXHAUSTED
    """What a person without signing turns is told."""
    waits_for: tuple[str, ...] = ()
    """Signature faults this CA's dialect cannot tell from "not yet" (``empty_signature`` where "" means waiting)."""
    differs: Mapping[tuple[str, str], str] = field(default_factory=dict)
    """(call, fault) → name of the expectation that holds here instead of the common one."""

    def says(self, move: str, reason: str = "signing") -> str:
        """Our word for what the person or the CA did: see ``words.said``."""
        if move == "approve":
            return "Signed"
        if move == "fail":
            return word(self.failures.get(reason, FailureKind.SIGNING_FAILED))
        return word(self.endings.get(move, {"refuse": Rejected, "expire": Expired}[move]))

    @property
    def sandbox_provider(self) -> str:
        return self.provider or self.slug

    @property
    def descriptor(self) -> Descriptor:
        return providers.load_all(self.settings_at("http://127.0.0.1:8001"), SystemClock())[self.slug].descriptor

    def settings_at(self, sandbox: str) -> dict[str, str]:
        """The environment of the adapter with the sandbox at this address."""
        port = sandbox.rpartition(":")[2]
        own = {name: value.replace("{sandbox}", sandbox) for name, value in self.settings.items()}
        return {"PROVIDERS": self.slug, "SANDBOX_PORT": port, **own}


def word(answer: Answer) -> str:
    """An answer's name, or the kind of its failure."""
    return answer.value if isinstance(answer, FailureKind) else answer.__name__


def load() -> list[Profile]:
    """Every profile of the folder."""
    found = [import_module(f"{profiles.__name__}.{each.name}") for each in pkgutil.iter_modules(profiles.__path__)]
    return [module.PROFILE for module in found]


PROFILES = load()
