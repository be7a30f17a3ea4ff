"""How each CA behaves on an ordinary day: how long it thinks, how often it stumbles, over what, and in which words.

Pebble's lesson: a client tried only against a quick and polite server is a client of that server alone. The numbers and
the words are invented; they differ on purpose. SANDBOX_FAULT_RATE is what a personality's flakiness multiplies,
SANDBOX_LATENCY its thinking; 0 makes every CA perfect and instant.
Lies (wrong keys, forged callbacks) are no habit of a CA: they happen only when staged.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

SLOWEST_S = 5.0


@dataclass(frozen=True, slots=True)
class Personality:
    """One CA's character."""

    median_ms: float
    """Half of the answers come sooner."""
    spread: float
    """Sigma of the log-normal around the median: 0.2 is steady, 1 has a long tail."""
    flakiness: float
    """Factor on SANDBOX_FAULT_RATE."""
    habits: tuple[str, ...]
    """Kinds of ``faults`` it commits at random; a kind named twice comes twice as often."""
    page: str
    """HTML shown where JSON was promised, and with 5xx and 429; ``{status}`` is the HTTP status."""

    def thinks_s(self, chance: Random) -> float:
        """Seconds before one answer."""
        return min(SLOWEST_S, chance.lognormvariate(0, self.spread) * self.median_ms / 1000)


def _page(title: str, words: str) -> str:
    return f"<!DOCTYPE html><html><head><title>{title}</title></head><body>{words}</body></html>"


PLAIN = Personality(
    40,
    0.4,
    1.0,
    ("delay", "http_500", "http_503", "http_429", "html_200", "lose_answer", "notify_twice"),
    _page("{status}", "Hệ thống đang bảo trì"),
)
OF = {
    # Steady; when it stumbles, it is the gateway that cuts the line after the work was done.
    "viettel": Personality(
        60,
        0.3,
        0.8,
        ("lose_answer", "lose_answer", "delay", "http_503", "internal_error", "notify_late"),
        _page("MySign", "Hệ thống đang bảo trì, quý khách vui lòng quay lại sau ({status})"),
    ),
    # A long tail in the morning, and a load balancer that speaks English.
    "vnpt": Personality(
        120,
        0.8,
        1.2,
        ("delay", "delay", "slow_drip", "http_503", "http_500", "internal_error", "notify_lost"),
        _page("{status}", "<center><h1>{status} Service Temporarily Unavailable</h1></center><hr>"),
    ),
    # Quick, but answers a page of its web app where the API should be, and limits how often one may ask.
    "misa": Personality(
        30,
        0.3,
        1.0,
        ("html_200", "html_200", "http_429", "http_429", "delay", "lose_answer", "notify_twice"),
        _page("MISA eSign", '<div id="app"></div><noscript>{status}</noscript>'),
    ),
    # Slow and unsteady: the smallest of the four.
    "nacencomm": Personality(
        200,
        0.9,
        1.5,
        ("delay", "http_500", "http_500", "lose_answer", "slow_drip", "notify_twice", "notify_late"),
        _page("Runtime Error", "<h1>Server Error in '/' Application.</h1><h2>{status}</h2>"),
    ),
    "csc": Personality(
        50,
        0.5,
        1.0,
        ("delay", "http_500", "http_503", "http_429", "lose_answer"),
        _page("{status}", "The signing service is temporarily unavailable."),
    ),
}


def of(provider: str) -> Personality:
    """The character of a provider; one nobody described is plain."""
    return OF.get(provider, PLAIN)
