"""Every figure is defined once, for people and for readers of the documentation."""

from __future__ import annotations

import re

from procurement.statistics.definitions import DEFINITIONS
from tests.house.code import PROJECT


def test_the_documentation_tells_of_every_figure_and_no_other() -> None:
    text = (PROJECT / "docs" / "statistics.md").read_text()
    assert re.findall(r"^### (\w+)$", text, re.MULTILINE) == list(DEFINITIONS)


def test_every_figure_says_what_it_is_counted_from() -> None:
    for code, each in DEFINITIONS.items():
        assert str(each.sentence).startswith("Dihitung dari "), code
        assert str(each.sentence).endswith(".") and str(each.name), code
