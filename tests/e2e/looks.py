"""What every screen in every state must satisfy: nothing axe finds, targets a thumb can hit, no sideways scrolling.

The questions are asked in ``looks.js``, over DevTools, because the page's own policy lets no foreign script in.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from PIL import Image
from playwright.sync_api import CDPSession, Page, expect

from tests.e2e.visitor import DEVICES, PHONE
from tests.support.servers import ROOT

SMALLEST = {"width": 320, "height": 568}
Look = tuple[str, str]
"""Device and scheme."""
USUAL: tuple[Look, ...] = (("phone", "light"), ("tablet", "light"), ("landscape", "dark"))
EVERY: tuple[Look, ...] = (("phone", "light"), ("phone", "dark"), ("landscape", "dark"))
"""Colours come with the scheme and the arrangement with the device: each of both, not each pair."""
_LONGEST_BYTES = 150 * 1024


@cache
def _axe() -> str:
    return (ROOT / "pwa/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


@cache
def _questions() -> str:
    return Path(__file__).with_suffix(".js").read_text(encoding="utf-8")


_LINES: WeakKeyDictionary[Page, CDPSession] = WeakKeyDictionary()


def runs(page: Page, script: str) -> Any:
    """The value of an expression in the page, past its policy."""
    if page not in _LINES:
        _LINES[page] = page.context.new_cdp_session(page)
    words = {"expression": script, "awaitPromise": True, "returnByValue": True}
    answer = _LINES[page].send("Runtime.evaluate", words)
    assert "exceptionDetails" not in answer, answer["exceptionDetails"]
    return answer["result"].get("value")


def _asks(page: Page, question: str) -> Any:
    """One of the questions of ``looks.js``, which a new document does not know yet."""
    answer = runs(page, f"globalThis.looks ? looks.{question} : null")
    if answer is None:
        runs(page, f"{_axe()}; globalThis.looks = {_questions()}; undefined")
        answer = runs(page, f"looks.{question}")
    return answer


def wrong(page: Page, *, axe: str = "all", sizes: bool = True, drawn: bool = True) -> dict[str, list[str]]:
    """What is wrong with the screen as it stands, once it has come to rest: axe's findings, targets that a thumb may
    miss, what reaches over the edge. Empty when nothing is. ``axe``: ``all``, ``colours`` of these only, or ``none``.
    ``sizes``: targets and edges too. ``drawn``: with its pictures.
    """
    found: dict[str, list[str]] = _asks(page, f"wrong({json.dumps(axe)}, {json.dumps(sizes)}, {json.dumps(drawn)})")
    return {what: each for what, each in found.items() if each}


def findings(page: Page, seen: Sequence[Look] = USUAL, *, drawn: bool = True) -> dict[str, list[str]]:
    """What is wrong with the screen, by look; empty when all demands are met. Leaves it on the phone.

    ``drawn``: with its pictures; False where they never come.
    """
    found: dict[str, list[str]] = {}
    before = ""
    for device, scheme in seen:
        page.set_viewport_size(DEVICES[device])  # type: ignore[arg-type]
        # At rest it looks the same with and without movements; without, it is so at once.
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        # Upright, a tablet shows what a phone shows beside the rail of the wide one.
        axe = "none" if device == "tablet" else "colours" if device == before else "all"
        found |= {
            f"{device} {scheme} {what}": each
            for what, each in wrong(page, axe=axe, sizes=device != before, drawn=drawn).items()
        }
        before = device
    page.emulate_media(color_scheme="light", reduced_motion="no-preference")
    page.set_viewport_size(SMALLEST)  # type: ignore[arg-type]
    found["320 wide"] = _asks(page, "tooWide()")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    found["200 %"] = _asks(page, "tooWideEnlarged(200)")
    return {what: each for what, each in found.items() if each}


def settle(page: Page) -> None:
    """Until pictures, type and movements have come to rest."""
    _asks(page, "settled()")


def picture(page: Page, path: Path) -> None:
    """For the README, only when PICTURES=1: few colours, few bytes."""
    if os.environ.get("PICTURES") != "1":
        return
    settle(page)
    # A list beside its item is asked for after the item.
    expect(page.locator(".pane-list .skeletons")).to_have_count(0)
    drawn = Image.open(BytesIO(page.screenshot())).convert("RGB")
    for colours in (256, 128, 64):
        packed = BytesIO()
        drawn.quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
        if packed.tell() <= _LONGEST_BYTES:
            break
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed.getvalue())
