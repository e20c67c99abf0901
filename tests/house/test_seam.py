"""The seam to Oscar holds, and what rooms below name as text is really there."""

from __future__ import annotations

import subprocess
import sys
from typing import TypeGuard

import pytest
from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string
from oscar.core.loading import get_class

from marketplace.oscar import class_loader
from tests.house.code import PROJECT

OSCARS_SETTINGS = ("OSCAR_",)


@pytest.mark.django_db
def test_oscars_tables_are_there():
    tables = set(connection.introspection.table_names())

    assert {"catalogue_product", "partner_stockrecord", "order_order", "basket_basket"} <= tables


@pytest.mark.parametrize(("module", "name"), sorted(class_loader.REPLACED), ids=".".join)
def test_every_replaced_class_is_ours(module, name):
    replacement = class_loader.REPLACED[module, name]

    assert replacement.reason
    assert get_class(module, name) is import_string(replacement.ours)


@pytest.mark.parametrize("room", sorted(class_loader.CLOSED))
def test_closed_parts_say_why(room):
    if any(module.partition(".")[0] == room for module, _ in class_loader.REPLACED):
        module = f"{room}.anything"
    else:
        module = f"{room}.views"

    with pytest.raises(class_loader.SeamClosed, match=r"is not part of e-Order: \w+"):
        get_class(module, "Anything")


VISIT = """
import sys, django
django.setup()
from django.test import Client
from django.urls import reverse
import tests.house.addresses as found
pages = found.addresses()
unwanted = sorted({name.partition(".")[0] for name in sys.modules} & {"haystack", "whoosh", "solr"})
unwanted += sorted(name for name in sys.modules if name.startswith(("oscar.apps.dashboard", "oscar.apps.checkout")))
print(len(pages), unwanted)
"""


def test_neither_haystack_nor_oscars_desks_are_imported_by_the_whole_site():
    visited = subprocess.run(
        [sys.executable, "-c", VISIT], cwd=PROJECT, capture_output=True, text=True, check=False
    )

    assert visited.returncode == 0, visited.stderr
    assert visited.stdout.strip().endswith("[]"), visited.stdout


def dotted_paths() -> list[tuple[str, str]]:
    """Setting and value of every dotted path into our own rooms."""
    found: list[tuple[str, str]] = []
    for name in dir(settings):
        value = getattr(settings, name) if name.isupper() and not name.startswith(OSCARS_SETTINGS) else None
        values = (
            value.values()
            if isinstance(value, dict)
            else value
            if isinstance(value, (list, tuple))
            else [value]
        )
        found += [(name, text) for text in values if is_path(text) and name != "INSTALLED_APPS"]
    return found


def is_path(text: object) -> TypeGuard[str]:
    """Whether a value is a dotted path into one of our rooms."""
    rooms = ("marketplace.", "procurement.", "vendors.", "search.")
    return isinstance(text, str) and text.startswith(rooms) and not text.endswith(".urls")


@pytest.mark.parametrize(("setting", "path"), dotted_paths(), ids=lambda value: value)
def test_what_a_setting_names_is_there(setting, path):
    assert import_string(path)
