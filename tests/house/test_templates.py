"""Every template of ours compiles, and so does everything it includes or extends by a fixed name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.template import engines
from django.template.base import Node, Template
from django.template.loader_tags import ExtendsNode, IncludeNode

FOLDER = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(
    path.relative_to(FOLDER).as_posix()
    for path in FOLDER.rglob("*")
    if path.suffix in {".html", ".txt", ".svg"}
)


def named_templates(template: Template) -> list[str]:
    """Return the fixed names that a template includes or extends."""
    named = []
    for kind, attribute in ((IncludeNode, "template"), (ExtendsNode, "parent_name")):
        for node in template.nodelist.get_nodes_by_type(kind):
            named.append(fixed_name(getattr(node, attribute)))
    return [name for name in named if name]


def fixed_name(expression: Node) -> str | None:
    """Return the text of a constant expression; None when it is decided while rendering."""
    variable = getattr(expression, "var", None)
    return variable if isinstance(variable, str) else None


@pytest.mark.parametrize("name", NAMES)
def test_it_compiles(name):
    loaded: Any = engines["django"].get_template(name)
    template = loaded.template

    for used in named_templates(template):
        assert engines["django"].get_template(used)


def test_there_are_templates():
    assert "base.html" in NAMES


HEADING = re.compile(r'<h2[^>]*>\s*\{% trans "([^"]+)" %\}\s*</h2>')
TABLE = re.compile(r'\{% table _\("([^"]+)"\)')


@pytest.mark.parametrize("name", NAMES)
def test_a_table_is_not_named_like_the_section_around_it(name):
    """A section is a landmark named by its heading, a table one named by its label: two of one name are no names."""
    source = (FOLDER / name).read_text(encoding="utf-8")

    assert not set(HEADING.findall(source)) & set(TABLE.findall(source))
