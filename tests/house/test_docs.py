"""The words keep up with the code: links, commands, addresses, buttons, deadlines, one page for every role."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import get_commands
from django.urls import Resolver404, resolve

from marketplace.accounts.roles import Role
from marketplace.core.transitions import MoveTable
from procurement.competition.workflow import COMPETITION
from procurement.planning.workflow import PACKAGE
from procurement.practice.cast import EVERYBODY, PASSWORD
from procurement.purchasing.addendum_moves import ADDENDUM
from procurement.purchasing.workflow import PURCHASE
from procurement.redflags.workflow import RED_FLAG
from tests.house.code import PROJECT, ROOTS
from vendors.workflow import LISTING, OBJECTION, PERMIT, SANCTION, UPLOAD, VENDOR

DOCS = PROJECT / "docs"
PAGES = sorted([*PROJECT.glob("*.md"), *DOCS.rglob("*.md")])
ROLE_PAGES = {
    Role.PA: "pa-kpa",
    Role.KPA: "pa-kpa",
    Role.HEAD: "pa-kpa",
    Role.PPK: "ppk",
    Role.PP: "pp",
    Role.PPTK: "pptk-ppk-skpd",
    Role.PPK_SKPD: "pptk-ppk-skpd",
    Role.TREASURER: "bendahara",
    Role.RECEIVER: "penerima",
    Role.VENDOR: "penyedia",
    Role.AUDITOR: "auditor",
    Role.OPERATOR: "operator-kurator",
    Role.CURATOR: "operator-kurator",
    Role.ASSISTANT: "operator-kurator",
    Role.PUBLIC: "masyarakat",
}
TABLES: tuple[MoveTable, ...] = (
    PACKAGE,
    PURCHASE,
    ADDENDUM,
    COMPETITION,
    RED_FLAG,
    LISTING,
    VENDOR,
    UPLOAD,
    PERMIT,
    SANCTION,
    OBJECTION,
)
ASKED_BY_ADDRESS = {
    "<nomor>": "EO-2026-000001",
    "<rup>": "60999001",
    "<id>": "1",
    "<nama>": "dapur-ibu-sari-000001",
    "<token>": "abc",
}
UNDER_A_FOLDER = {"/tlog/"}
"""Beginnings of addresses, named as such."""

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CODE_BLOCK = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
MANAGE = re.compile(r"manage\.py ([a-z_]+)")
MAKE = re.compile(r"`make ([a-z-]+)|^\$ make ([a-z-]+)", re.MULTILINE)
ADDRESS = re.compile(r"`(/[^`\s]*)`")
DAYS = re.compile(r"(\d+) hari kerja<!-- ([a-z_.]+) -->")


def names(paths: list[Path]) -> list[str]:
    return [path.relative_to(PROJECT).as_posix() for path in paths]


def headings(text: str) -> set[str]:
    """The anchors a page offers, as the usual renderers make them."""
    found = re.findall(r"^#+ (.+)$", CODE_BLOCK.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", each.lower()).strip().replace(" ", "-") for each in found}


def broken_links(page: Path, text: str) -> Iterator[str]:
    """What is wrong with the links of a page that holds `text`."""
    for target in LINK.findall(CODE_BLOCK.sub("", text)):
        path, _hash, anchor = target.partition("#")
        if re.match(r"[a-z]+:", target):
            continue
        goal = (page.parent / path).resolve() if path else page
        if not goal.is_relative_to(PROJECT) or not goal.exists():
            yield f"{target}: no such file"
        elif anchor and anchor not in headings(goal.read_text()):
            yield f"{target}: no such heading"


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_link_within_the_project_leads_somewhere(page):
    assert list(broken_links(page, page.read_text())) == []


@pytest.mark.parametrize("target", ["nowhere.md", "../README.md#nothing-of-the-kind", "../../outside.md"])
def test_a_broken_link_is_seen(target):
    assert list(broken_links(DOCS / "example.md", f"[x]({target})"))


@pytest.mark.parametrize("page", PAGES, ids=names(PAGES))
def test_every_command_that_is_named_exists(page):
    text = page.read_text()
    targets = set(re.findall(r"^([a-z-]+):", (PROJECT / "Makefile").read_text(), re.MULTILINE))

    assert set(MANAGE.findall(text)) <= set(get_commands())
    assert {one or other for one, other in MAKE.findall(text)} <= targets


def test_the_front_page_names_every_command_of_our_own():
    ours = {
        path.stem
        for root in ("marketplace", "procurement", "search", "vendors")
        for path in (PROJECT / root).rglob("management/commands/*.py")
        if path.stem != "__init__"
    }
    named = set(re.findall(r"[a-z_]+", (PROJECT / "README.md").read_text()))

    assert ours <= named


def test_the_front_page_names_every_login():
    text = (PROJECT / "README.md").read_text()

    assert PASSWORD in text
    assert [person.email for person in EVERYBODY if person.email not in text] == []


def page_of(role: Role) -> str:
    return (DOCS / "roles" / f"{ROLE_PAGES[role]}.md").read_text()


def test_every_role_has_a_page_and_the_index_leads_to_it():
    index = (DOCS / "README.md").read_text()

    assert set(Role) - {Role.SYSTEM} == set(ROLE_PAGES)
    assert {path.stem for path in (DOCS / "roles").glob("*.md")} == set(ROLE_PAGES.values())
    assert [name for name in ROLE_PAGES.values() if f"(roles/{name}.md)" not in index] == []


@pytest.mark.parametrize("role", sorted(ROLE_PAGES))
def test_the_page_of_a_role_explains_every_button_it_may_meet(role):
    buttons = {str(move.label) for table in TABLES for move in table.moves if role in move.roles}

    assert sorted(label for label in buttons if f"**{label}**" not in page_of(role)) == []


@pytest.mark.parametrize("name", sorted(set(ROLE_PAGES.values())))
def test_every_address_on_a_role_page_exists(name):
    unknown = []
    for address in ADDRESS.findall((DOCS / "roles" / f"{name}.md").read_text()):
        path = address
        for placeholder, example in ASKED_BY_ADDRESS.items():
            path = path.replace(placeholder, example)
        try:
            resolve(path)
        except Resolver404:
            unknown.append(address)

    assert set(unknown) <= UNDER_A_FOLDER


@pytest.fixture(scope="module")
def spoken() -> str:
    """All sentences of code and templates; what is filled in at run time reads `…`."""
    files = [
        *(path for root in ROOTS for path in (PROJECT / root).rglob("*.py")),
        *(PROJECT / "templates").rglob("*.html"),
        *(DOCS / "verifier").glob("*.py"),
    ]
    return re.sub(r"%\(\w+\)[sd]|\{[^{}%]*\}", "…", "\n".join(path.read_text() for path in files))


def refusals(text: str) -> list[str]:
    """The messages that a page explains: first column of the table under `Bila …`."""
    told = re.search(r"^## Bila [^\n]*\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    rows = re.findall(r"^\| ([^|]+) \|", told[1], re.MULTILINE) if told else []
    return [row for row in rows if row not in {"Pesan", "Yang tampak"} and not row.startswith("-")]


@pytest.mark.parametrize("name", sorted(set(ROLE_PAGES.values()) - {"masyarakat"}))
def test_every_refusal_that_is_explained_is_one_the_product_speaks(name, spoken):
    explained = refusals((DOCS / "roles" / f"{name}.md").read_text())
    pieces = [piece.strip(" ,.()") for row in explained for piece in re.split(r"…| / ", row)]

    assert len(explained) >= 4
    assert [piece for piece in pieces if piece not in spoken] == []


@pytest.mark.parametrize("name", sorted(set(ROLE_PAGES.values())))
def test_every_deadline_on_a_role_page_is_the_one_that_ships(name):
    shipped = json.loads((PROJECT / "marketplace/regulation/data/parameters.json").read_text())
    values = {row["code"]: row["value"] for row in shipped}
    text = (DOCS / "roles" / f"{name}.md").read_text()

    assert [(code, days) for days, code in DAYS.findall(text) if values[code] != int(days)] == []
    assert text.count("<!--") == len(DAYS.findall(text))


def test_decisions_have_numbers_of_their_own_and_stand_in_the_index():
    found = sorted((DOCS / "decisions").iterdir())
    index = (DOCS / "README.md").read_text()
    numbers = [path.name[:4] for path in found]

    assert [path.name for path in found if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", path.name)] == []
    assert len(numbers) == len(set(numbers))
    for path in found:
        assert path.read_text().startswith(f"# {path.name[:4]} · ")
        assert f"(decisions/{path.name})" in index
