"""What every screen in every state must satisfy: nothing axe finds, targets a thumb can hit, no sideways scrolling.

The questions are asked in ``looks.js``, over DevTools, because the page's own policy lets no foreign script in.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page

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


def runs(page: Page, script: str) -> Any:
    """The value of an expression in the page, past its policy."""
    devtools = page.context.new_cdp_session(page)
    try:
        words = {"expression": script, "awaitPromise": True, "returnByValue": True}
        answer = devtools.send("Runtime.evaluate", words)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")
    finally:
        devtools.detach()


def _asks(page: Page, question: str) -> Any:
    if runs(page, "typeof looks") == "undefined":
        runs(page, f"globalThis.looks = {_questions()}; undefined")
    return runs(page, f"looks.{question}")


def axe_findings(page: Page, *, colours: bool = False) -> list[str]:
    """``colours``: of these only, where the same screen was looked at in the other scheme."""
    settle(page)
    if runs(page, "typeof axe") == "undefined":
        runs(page, f"{_axe()}; undefined")
    return list(_asks(page, f"axe({str(colours).lower()})"))


def too_wide(page: Page) -> list[str]:
    return list(_asks(page, "tooWide()"))


def too_small(page: Page) -> list[str]:
    return list(_asks(page, "tooSmall()"))


def findings(page: Page, seen: Sequence[Look] = USUAL) -> dict[str, list[str]]:
    """What is wrong with the screen as it stands, by look; empty when all demands are met. Leaves it on the phone."""
    found, before = {}, ""
    for device, scheme in seen:
        page.set_viewport_size(DEVICES[device])  # type: ignore[arg-type]
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        # Upright, a tablet shows what a phone shows beside the rail of the wide one.
        if device != "tablet":
            found[f"{device} {scheme} axe"] = axe_findings(page, colours=device == before)
        if device != before:
            found[f"{device} targets"] = too_small(page)
            found[f"{device} width"] = too_wide(page)
        before = device
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(SMALLEST)  # type: ignore[arg-type]
    found["320 wide"] = too_wide(page)
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    enlarged(page, 200)
    found["200 %"] = too_wide(page)
    enlarged(page, 100)
    return {what: each for what, each in found.items() if each}


def settle(page: Page) -> None:
    """Until pictures, type and movements have come to rest."""
    _asks(page, "settled()")


def enlarged(page: Page, percent: int) -> None:
    """Text as large as the person's own setting asks for."""
    runs(page, f"document.documentElement.style.fontSize = '{percent}%'; undefined")


def picture(page: Page, path: Path) -> None:
    """For the README, only when PICTURES=1: few colours, few bytes."""
    if os.environ.get("PICTURES") != "1":
        return
    settle(page)
    drawn = Image.open(BytesIO(page.screenshot())).convert("RGB")
    for colours in (256, 128, 64):
        packed = BytesIO()
        drawn.quantize(colours, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
        if packed.tell() <= _LONGEST_BYTES:
            break
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed.getvalue())
