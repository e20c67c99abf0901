"""Forms ask for days with the field that knows which days exist for us; a plain one lets the year 9999 through."""

from __future__ import annotations

import ast

import pytest

from tests.house.code import Source, parsed, sources

HOMES = {
    "marketplace/pages/fields.py": "the field itself",
    "marketplace/audit/forms.py": "below the pages; it has the same bounds",
}
PLAIN = {"DateField", "DateTimeField", "SplitDateTimeField"}


def plain_days(source: Source) -> list[str]:
    """Where a file makes or extends a plain field for days."""
    named = [node for node in source.nodes() if isinstance(node, ast.Attribute) and node.attr in PLAIN]
    return [
        source.at(node)
        for node in named
        if isinstance(node.value, ast.Name) and node.value.id in {"forms", "django_forms"}
    ]


def test_no_form_asks_for_days_with_a_plain_field():
    assert not [at for source in sources() if source.name not in HOMES for at in plain_days(source)]


@pytest.mark.parametrize(
    "text", ["day = forms.DateField()", "class Day(forms.DateField): ...", "forms.DateTimeField()"]
)
def test_a_plain_field_is_seen(text):
    assert plain_days(parsed(text))


def test_a_column_of_a_table_is_none():
    assert not plain_days(parsed("day = models.DateField()"))
