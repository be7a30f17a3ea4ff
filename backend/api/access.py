"""Who may call what. Deny by default.

A route without a policy stops the start, a caller without a session goes no further.

Policies are coarse (which part of the people a route is for); whose dossier it is and whose turn, the use cases decide.
Does not: know cookies or tokens (``cookies.py``, ``csrf.py``); hold any rule of a dossier.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Flask, current_app, g, request

from backend.api.cookies import link_secret, session_token
from backend.api.csrf import check_csrf, check_same_site
from backend.domain.errors import NotFound, NotSignedIn, NotYours, PasswordMustChange
from backend.domain.people import ServiceTitle
from backend.services.caller import Caller
from backend.services.registration.change import change_of
from backend.services.registration.links import held_by
from backend.services.sessions import find_caller

View = TypeVar("View", bound=Callable[..., object])

_ATTRIBUTE = "access_policy"

MAKERS = frozenset({ServiceTitle.ACCOUNTANT, ServiceTitle.CHIEF_ACCOUNTANT, ServiceTitle.DELEGATED_CHIEF_ACCOUNTANT})
"""Who prepares dossiers; the accounting side does where a unit has one accountant, which the use case checks."""

SIGNERS = frozenset(
    {
        ServiceTitle.CHIEF_ACCOUNTANT,
        ServiceTitle.DELEGATED_CHIEF_ACCOUNTANT,
        ServiceTitle.ACCOUNT_HOLDER,
        ServiceTitle.DELEGATED_ACCOUNT_HOLDER,
    }
)
UNIT = MAKERS | SIGNERS
OFFICERS = frozenset({ServiceTitle.TREASURY_OFFICER})
APPROVERS = frozenset({ServiceTitle.TREASURY_APPROVER})
TREASURY = OFFICERS | APPROVERS
ANYONE = UNIT | TREASURY
"""Everybody who is logged in."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Whom a route is for."""

    titles: frozenset[ServiceTitle]
    """Titles that may call it; empty for a public route."""
    checks_origin: bool
    """False only where another machine calls, which has no browser and no cookie."""
    limited: bool = False
    """True where a one-time password is enough; everywhere else it has to be changed first."""
    by_link: bool = False
    """True where the secret link of a registration dossier stands for a log-in."""
    of_change: bool = False
    """True where the person's unit must have a change of its registration."""

    @property
    def is_public(self) -> bool:
        return not self.titles and not self.by_link


class RouteWithoutPolicy(Exception):
    """A view nobody decided about. Recover: put ``@access`` or ``@public`` on it."""


def access(titles: frozenset[ServiceTitle], *, limited: bool = False) -> Callable[[View], View]:
    """The view is for signed-in people with one of these titles; ``limited``: also with a one-time password."""
    return _with(Policy(titles, checks_origin=True, limited=limited))


def public(view: View) -> View:
    """The view is for everybody."""
    return _with(Policy(frozenset(), checks_origin=True))(view)


def link_holders(view: View) -> View:
    """The view is for whoever holds the secret link of a registration dossier."""
    return _with(Policy(frozenset(), checks_origin=True, by_link=True))(view)


def members_of_change(view: View) -> View:
    """The view is for every member of a unit that changes its registration: they go on with it together."""
    return _with(Policy(UNIT, checks_origin=True, of_change=True))(view)


def machines(view: View) -> View:
    """The view is for other machines: no session, no browser, nothing believed."""
    return _with(Policy(frozenset(), checks_origin=False))(view)


def _with(policy: Policy) -> Callable[[View], View]:
    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, policy)
        return view

    return mark


def policy_of(app: Flask, endpoint: str) -> Policy | None:
    """The decision about one endpoint, or None when nobody decided."""
    return getattr(app.view_functions[endpoint], _ATTRIBUTE, None)


def check_every_route_has_a_policy(app: Flask) -> None:
    """Raise RouteWithoutPolicy naming every undecided endpoint."""
    undecided = sorted({rule.endpoint for rule in app.url_map.iter_rules() if policy_of(app, rule.endpoint) is None})
    if undecided:
        raise RouteWithoutPolicy(", ".join(undecided))


def caller() -> Caller:
    """Who is calling; only inside a view that is not public."""
    return g.caller


def registration_id() -> str:
    """The dossier of the link that was shown, or the change of the caller's unit; only inside a view for either."""
    return g.registration_id


def guard() -> None:
    """Before every view: the origin, then the person, then the token, then the title, then the password."""
    if request.endpoint is None:
        return
    policy = policy_of(current_app, request.endpoint)
    if policy is None:
        raise NotYours(f"no policy on {request.endpoint}")
    if policy.checks_origin:
        check_same_site()
    if policy.by_link:
        g.registration_id = _open_link()
        return
    if policy.is_public:
        return
    g.caller, csrf = _sign_in()
    check_csrf(csrf)
    if g.caller.title not in policy.titles:
        raise NotYours(f"{g.caller.title} on {request.endpoint}")
    if g.caller.limited and not policy.limited:
        raise PasswordMustChange()
    if policy.of_change:
        g.registration_id = _find_change(g.caller)


def _open_link() -> str:
    house, secret = current_app.extensions["house"], link_secret()
    if secret is None:
        # Not "the session has ended": somebody logged in may look whether this device holds a link.
        raise NotFound()
    with house.read() as session:
        return held_by(session, house, secret).id


def _find_change(member: Caller) -> str:
    with current_app.extensions["house"].read() as session:
        return change_of(session, member).id


def _sign_in() -> tuple[Caller, str]:
    house = current_app.extensions["house"]
    token = session_token()
    if token is None:
        raise NotSignedIn()
    found = find_caller(house, token)
    if found is None:
        raise NotSignedIn()
    return found
