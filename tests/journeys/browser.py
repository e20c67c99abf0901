"""What every page is held to in a real browser: no accessibility fault, no overflow, labelled, reachable, light.

``examine(page)`` returns complaints as sentences; an empty list is a good page.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, ViewportSize

PHONE: ViewportSize = {"width": 360, "height": 780}
NARROWEST: ViewportSize = {"width": 320, "height": 640}
OFFICE: ViewportSize = {"width": 1366, "height": 768}
SIZES = (("office", OFFICE), ("phone", PHONE), ("narrow", NARROWEST))
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PHONE_BYTES = 60 * 1024
OFFICE_BYTES = 120 * 1024

_CONTROLS = "input:not([type=hidden]), select, textarea"
_UNLABELLED = f"""() => [...document.querySelectorAll('{_CONTROLS}')]
    .filter(c => !(c.labels && c.labels.length) && !c.getAttribute('aria-label')
        && !c.getAttribute('aria-labelledby'))
    .map(c => c.outerHTML.slice(0, 120))"""
_OVERFLOW = """() => {
    const width = document.documentElement.clientWidth;
    const excess = document.documentElement.scrollWidth - width;
    if (excess <= 0) return null;
    const scrolls = (e) => {
        for (let p = e.parentElement; p && p !== document.body; p = p.parentElement)
            if (['auto', 'scroll', 'hidden', 'clip'].includes(getComputedStyle(p).overflowX)) return true;
        return false;
    };
    const wide = [...document.body.querySelectorAll('*')]
        .filter(e => e.getBoundingClientRect().right > width + 1 && !scrolls(e))
        .map(e => e.tagName.toLowerCase() + (e.className ? '.' + e.getAttribute('class') : ''));
    return `${excess}px too wide: ${wide.slice(0, 4).join(', ')}`;
}"""
_FOCUSABLE = """() => {
    const shown = e => e.checkVisibility({visibilityProperty: true}) && !e.disabled;
    const group = e => e.type === 'radio' ? document.querySelector(`[type=radio][name="${e.name}"]:checked`)
        || document.querySelector(`[type=radio][name="${e.name}"]`) : e;
    const all = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]';
    const stops = new Set([...document.querySelectorAll(all)].filter(shown).map(group));
    [...stops].forEach((e, n) => e.dataset.stop = n);
    return stops.size;
}"""
_FOCUSED = """() => document.activeElement?.dataset.stop ?? null"""
_MISSED = """(reached) => [...document.querySelectorAll('[data-stop]')]
    .filter(e => !reached.includes(e.dataset.stop)).map(e => e.outerHTML.slice(0, 120))"""


@dataclass
class Traffic:
    """What a page loads: listens from its making on. Bytes are those on the wire, headers left out."""

    page: Page
    origin: str
    responses: list[Response] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("response", lambda response: self.responses.append(response))

    def foreign(self) -> list[str]:
        """Addresses outside our own site."""
        asked = (response.url for response in self.responses)
        return [url for url in asked if not url.startswith((self.origin, "data:"))]

    def weight(self) -> int:
        """Bytes of everything but pictures."""
        parts = (each for each in self.responses if each.request.resource_type != "image")
        return sum(part.request.sizes()["responseBodySize"] for part in parts)


def axe_faults(page: Page) -> list[str]:
    """Violations of WCAG 2.2 AA and axe's best practices, one sentence each."""
    options: dict[str, Any] = {
        "runOnly": {"type": "tag", "values": STANDARDS},
        "resultTypes": ["violations"],  # what passed is not worth carrying over
    }
    report = Axe().run(page, options=options).response
    return [
        f"{rule['id']}: {node['target']} {(node.get('failureSummary') or '').splitlines()[-1:]}"
        for rule in report["violations"]
        for node in rule["nodes"]
    ]


def overflow(page: Page) -> list[str]:
    """Whether the page scrolls sideways, and which elements stick out."""
    fault = page.evaluate(_OVERFLOW)
    return [fault] if fault else []


def unlabelled(page: Page) -> list[str]:
    """Inputs without a label; axe is content with a placeholder, people are not."""
    return [f"no label: {control}" for control in page.evaluate(_UNLABELLED)]


def unreachable(page: Page) -> list[str]:
    """What the Tab key does not reach, walking the page once."""
    stops = page.evaluate(_FOCUSABLE)
    page.evaluate(
        "() => { document.activeElement?.blur(); getSelection().removeAllRanges(); scrollTo(0, 0); }"
    )
    reached: set[str] = set()
    for _ in range(2 * stops + 20):  # a date input takes several presses
        if len(reached) == stops:
            break
        page.keyboard.press("Tab")
        reached |= {page.evaluate(_FOCUSED)} - {None}
    return [f"Tab does not reach {element}" for element in page.evaluate(_MISSED, sorted(reached))]


def examine(page: Page) -> list[str]:
    """All complaints about the page as it stands, at its present size."""
    return axe_faults(page) + overflow(page) + unlabelled(page)


def looked_at(page: Page, name: str) -> list[str]:
    """All complaints about the page at every size; pictures of it where EORDER_SCREENSHOTS names a folder."""
    folder = os.environ.get("EORDER_SCREENSHOTS")
    found = []
    for size, viewport in SIZES:
        page.set_viewport_size(viewport)
        found += [f"{name} {size}: {fault}" for fault in examine(page)]
        if folder:
            picture(page, Path(folder), f"{name}-{size}")
    return found


def picture(page: Page, folder: Path, name: str) -> Path:
    """A picture of the whole page, for people to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    page.screenshot(path=path, full_page=True)
    return path
