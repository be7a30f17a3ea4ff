"""The demo's mailbox: every letter this installation has sent, for whoever opens the page. Not there in production.

Shows the plain text of a letter, never its HTML, and makes links of addresses of our own only. Has no script; its one
style sheet is allowed by its hash.
"""

from __future__ import annotations

import hashlib
import re
from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING

from flask import Blueprint, Flask, Response, render_template
from markupsafe import Markup, escape
from werkzeug.exceptions import NotFound

from backend.api.access import public
from backend.api.calls import house
from backend.domain.letters import ReceivedLetter
from backend.domain.workdays import VIETNAM
from backend.services.ports import Mailbox

if TYPE_CHECKING:
    from backend.config import Settings

pages = Blueprint("mailbox", __name__, url_prefix="/demo/mailbox", template_folder="mailbox_pages")

_URL = re.compile(r"https?://\S+")
_STYLE = (Path(__file__).parent / "mailbox_pages" / "mailbox.css").read_text(encoding="utf-8")
_POLICY = (
    "default-src 'none'; img-src data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; "
    f"style-src 'sha256-{b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()}'"
)


def register(app: Flask, settings: Settings) -> None:
    """Hang the pages into a development installation whose letters stay here; into no other."""
    mailbox = app.extensions["house"].mailer
    if settings.production or not isinstance(mailbox, Mailbox):
        return
    app.register_blueprint(pages)


@pages.get("")
@public
def show_letters() -> Response:
    """All letters, newest first."""
    return _page("letters.html", letters=_mailbox().letters())


@pages.get("/<name>")
@public
def show_letter(name: str) -> Response:
    """One letter."""
    letter = _find(name)
    return _page("letter.html", letter=letter, words=_with_links(letter.text))


@pages.get("/<name>/<int:number>.pdf")
@public
def show_file(name: str, number: int) -> Response:
    """A file that came with a letter."""
    files = _find(name).attachments
    if number >= len(files):
        raise NotFound()
    return Response(files[number].content, mimetype="application/pdf", headers={"Cache-Control": "no-store"})


def _mailbox() -> Mailbox:
    mailer = house().mailer
    assert isinstance(mailer, Mailbox)
    return mailer


def _find(name: str) -> ReceivedLetter:
    letter = _mailbox().letter(name)
    if letter is None:
        raise NotFound()
    return letter


def _page(template: str, **words: object) -> Response:
    html = render_template(template, style=Markup(_STYLE), at=_at, **words)  # noqa: S704
    headers = {"Content-Security-Policy": _POLICY, "Cache-Control": "no-store"}
    return Response(html, headers=headers)


def _at(letter: ReceivedLetter) -> str:
    return f"{letter.at.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}"


def _with_links(text: str) -> Markup:
    """The text, escaped; addresses of our own are links, by whatever name of this machine the page was opened."""
    ours = house().policy.public_url
    parts, last = [], 0
    for found in _URL.finditer(text):
        url = found.group()
        parts.append(escape(text[last : found.start()]))
        known = url == ours or url.startswith(f"{ours}/")
        here = url.removeprefix(ours) or "/"
        parts.append(Markup('<a href="{}">{}</a>').format(here, url) if known else escape(url))
        last = found.end()
    return Markup("").join([*parts, escape(text[last:])])
