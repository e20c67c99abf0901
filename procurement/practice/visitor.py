"""A person at a browser without scripts: pages, forms and buttons over real HTTP. Walks the site as people do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin

import requests
from requests.adapters import BaseAdapter

SECONDS = 30


class Astray(Exception):
    """The walk met a page it did not expect; the message says which, and what the page itself said."""


@dataclass
class Form:
    """One form of a page: where it goes, and what its fields hold."""

    page: Page
    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    options: dict[str, list[str]] = field(default_factory=dict)
    labels: dict[str, dict[str, str]] = field(default_factory=dict)

    def choose(self, name: str, text: str) -> None:
        """Pick the option of `name` whose label contains `text`. Raises Astray when there is none."""
        for value, label in self.labels.get(name, {}).items():
            if text in label:
                self.fields[name] = value
                return
        raise Astray(f"{self.page.path}: pilihan “{text}” tidak ada pada {name}: {self.labels.get(name)}")

    def send(self, files: Mapping[str, Any] | None = None, **values: object) -> Page:
        """Send the form with `values` put in; returns the page it leads to."""
        data = {**self.fields, **{name: str(value) for name, value in values.items()}}
        return self.page.visitor.ask(
            self.method, urljoin(self.page.url, self.action or self.page.url), data=data, files=files
        )


@dataclass
class Page:
    """An answered page: its address, HTML, forms and links."""

    visitor: Visitor
    url: str
    status: int
    html: str
    forms: list[Form] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        """The address without the server."""
        return self.url.removeprefix(self.visitor.site)

    @property
    def text(self) -> str:
        """The page's words without tags."""
        bare = re.sub(r"<(script|style)\b.*?</\1>", " ", self.html, flags=re.S)
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare)).strip()

    @property
    def complaint(self) -> str:
        """What the page's alert says, or the beginning of the page."""
        _before, found, after = self.html.partition('role="alert"')
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", after.partition(">")[2]))
        return words.strip()[:400] if found else self.text[:400]

    def form(self, part: str = "") -> Form:
        """The form whose action contains `part`, or the main form of the page. Raises Astray."""
        own = [each for each in self.forms if each.method == "post" and not _shared(each.action)]
        for each in own:
            if part in (each.action or self.path):
                return each
        raise Astray(f"{self.path}: formulir “{part}” tidak ada. Isi halaman: {self.text[:600]}")

    def link(self, text: str) -> str:
        """The address behind the link that contains `text`. Raises Astray."""
        for label, address in self.links.items():
            if text in label:
                return address
        raise Astray(f"{self.path}: tautan “{text}” tidak ada. Tautan: {list(self.links)}")


class Visitor:
    """One person with a browser of their own; `adapter` carries the requests when no server is running."""

    def __init__(self, site: str, adapter: BaseAdapter | None = None) -> None:
        self.site = site.rstrip("/")
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy of the machine has no business on loopback
        if adapter is not None:
            self._session.mount(self.site, adapter)

    def sign_in(self, email: str, password: str) -> Page:
        """Sign in at /masuk/. Raises Astray when refused."""
        page = self.get("/masuk/").form().send(login=email, password=password)
        if "/masuk/" in page.path:
            raise Astray(f"{email} tidak dapat masuk: {page.text[:300]}")
        return page

    def get(self, path: str) -> Page:
        """Open a page. Raises Astray for an error page."""
        return self.ask("get", urljoin(self.site + "/", path))

    def ask(
        self,
        method: str,
        url: str,
        *,
        data: Mapping[str, str] | None = None,
        files: Mapping[str, Any] | None = None,
    ) -> Page:
        """One request, redirects followed. Raises Astray for status 400 and above."""
        body: dict[str, Any] = {"params": data} if method == "get" else {"data": data, "files": files}
        answer = self._session.request(
            method, url, **body, headers={"Referer": url}, timeout=SECONDS, allow_redirects=True
        )
        page = _read(Page(self, answer.url, answer.status_code, answer.text))
        if answer.status_code >= 400:
            raise Astray(f"{method.upper()} {page.path} → {answer.status_code}: {page.complaint}")
        return page


def _shared(action: str) -> bool:
    """Whether a form belongs to the frame of every page (search, sign-out, language, role)."""
    return action.startswith(("/cari", "/keluar", "/bahasa", "/peran"))


def _read(page: Page) -> Page:
    reader = _Reader(page)
    reader.feed(page.html)
    return page


class _Reader(HTMLParser):
    """Collects the forms, their present values, and the links of a page."""

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._form: Form | None = None
        self._select = self._option = self._textarea = ""
        self._address = ""
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        name = given.get("name", "")
        if tag == "form":
            self._form = Form(self._page, given.get("action", ""), given.get("method", "get").lower())
            self._page.forms.append(self._form)
        elif tag == "a" and "href" in given:
            self._address, self._words = given["href"], []
        elif self._form is None or "disabled" in given:
            return
        elif tag == "input" and name:
            self._input(self._form, name, given)
        elif tag == "textarea" and name:
            self._textarea, self._words = name, []
        elif tag == "select" and name:
            self._select = name
            self._form.labels.setdefault(name, {})
        elif tag == "option" and self._select:
            self._option, self._words = given.get("value", ""), []
            if "selected" in given or self._select not in self._form.fields:
                self._form.fields[self._select] = self._option

    def _input(self, form: Form, name: str, given: dict[str, str]) -> None:
        kind = given.get("type", "text")
        value = given.get("value", "on" if kind == "checkbox" else "")
        if kind in {"radio", "checkbox"}:
            form.options.setdefault(name, []).append(value)
            if "checked" in given:
                form.fields[name] = value
        elif kind not in {"submit", "button", "file", "reset", "image"}:
            form.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        words = " ".join("".join(self._words).split())
        if tag == "form":
            self._form = None
        elif tag == "a" and self._address:
            self._page.links[words] = self._address
            self._address = ""
        elif tag == "textarea" and self._textarea and self._form:
            self._form.fields[self._textarea] = words
            self._textarea = ""
        elif tag == "option" and self._select and self._form:
            self._form.labels[self._select][self._option] = words
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        self._words.append(data)
