"""What every screen in every state must satisfy: nothing axe finds, targets a thumb can hit, no sideways scrolling.

Scripts reach the page over DevTools; the page's own policy would refuse them.
"""

from __future__ import annotations

import os
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page

from tests.support.servers import ROOT

SMALLEST = {"width": 320, "height": 568}
_LONGEST_BYTES = 150 * 1024

_AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN_AXE = """axe.run(document, {resultTypes: ["violations"], runOnly: {type: "tag", values: %s}}).then((found) =>
  found.violations.map((one) => one.id + ": " + one.nodes.map((node) => node.html.slice(0, 160) + " " +
    node.any.concat(node.all, node.none).map((check) => check.message).join("; ")).join(" | ")))""" % _AXE_TAGS

# What reaches over the edge and is not inside something that scrolls sideways on purpose; and amounts that are cut.
_TOO_WIDE = """(() => {
  const wide = document.documentElement.clientWidth, found = [];
  const scrolls = (element) => { for (let at = element.parentElement; at; at = at.parentElement) {
    const flow = getComputedStyle(at).overflowX; if (flow === "auto" || flow === "scroll") return at.scrollWidth >
    at.clientWidth && at.matches(".chips, .zoom, [data-scrolls]"); } return false; }; const top =
    document.querySelector("dialog[open]") ?? document.body; if (document.documentElement.scrollWidth > wide + 1)
    found.push("the page is " + document.documentElement.scrollWidth + " wide"); for (const element of
    top.querySelectorAll("*")) { const box = element.getBoundingClientRect(), style = getComputedStyle(element); if
    (box.width < 2 || box.height < 2 || style.visibility === "hidden" || element.closest(".visually-hidden, .skip,
    svg, [inert]")) continue; const sideways = (style.overflowX === "auto" || style.overflowX === "scroll") &&
    element.scrollWidth > element.clientWidth + 1; if (sideways && !element.matches(".chips, .zoom,
    [data-scrolls]")) found.push("scrolls sideways: " + element.className); if (box.right > wide + 1 &&
    !scrolls(element)) found.push("over the edge: " + element.tagName + "." + element.className + " " +
    (element.textContent ?? "").slice(0, 40)); if (element.matches(".amount, .figures, .row-title, dd") &&
    style.overflowX !== "visible" && element.scrollWidth > element.clientWidth + 1) found.push("cut: " +
    element.textContent); } return [...new Set(found)].slice(0, 12);
})()"""

_TOO_SMALL = """(() => {
  const top = document.querySelector("dialog[open]") ?? document.body, found = [];
  for (const element of top.querySelectorAll("a[href], button, input, select, textarea, summary, [role=button],
  [role=tab]")) { if (element.closest("[inert], [hidden], .visually-hidden") || element.matches(".visually-hidden,
  .skip, [type=hidden]")) continue; const target = element.matches("[type=radio], [type=checkbox]") ?
  element.closest("label") ?? element : element; const box = target.getBoundingClientRect(); if (box.width === 0 ||
  box.height === 0 || getComputedStyle(target).visibility === "hidden") continue; if (Math.round(box.width) < 44 ||
  Math.round(box.height) < 44) found.push(element.tagName + "." + element.className + " " + Math.round(box.width) +
  "×" + Math.round(box.height) + " " + (element.ariaLabel ?? element.textContent ?? "").slice(0, 40)); } return
  found.slice(0, 12);
})()"""


@cache
def _axe() -> str:
    return (ROOT / "pwa/node_modules/axe-core/axe.min.js").read_text(encoding="utf-8")


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


def axe_findings(page: Page) -> list[str]:
    settle(page)
    if runs(page, "typeof axe") == "undefined":
        runs(page, f"{_axe()}; undefined")
    return list(runs(page, _RUN_AXE))


def too_wide(page: Page) -> list[str]:
    return list(runs(page, _TOO_WIDE))


def too_small(page: Page) -> list[str]:
    return list(runs(page, _TOO_SMALL))


def settle(page: Page) -> None:
    """Until pictures, fonts and movements have come to rest; an endless spinner may go on."""
    runs(
        page,
        """Promise.race([new Promise((done) => setTimeout(done, 3000)), Promise.all([document.fonts.ready,
        ...document.getAnimations().filter((one) =>
        Number.isFinite(one.effect.getComputedTiming().endTime)).map((one) => one.finished.catch(() => 0)),
        ...[...document.images].map((one) => one.complete || new Promise((done) => { one.onload = one.onerror = done; }))])]).then(() => 0)""",
    )


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
        drawn.quantize(colours, dither=Image.Dither.NONE).save(packed, "PNG", optimize=True)
        if packed.tell() <= _LONGEST_BYTES:
            break
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed.getvalue())
