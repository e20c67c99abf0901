"""Everything that open data says, and everything in the database that is somebody's own."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import Organisation, User
from marketplace.accounts.personal_data import EncryptedTextField
from procurement.opendata.lkpp.shapes import SHAPES
from procurement.opendata.models import Release
from procurement.purchasing.models import Purchase

SHORTEST: Final = 5
"""Shorter values (a house number, say) stand in any long text by chance."""


def personal_values() -> set[str]:
    """Names, addresses and numbers of people: every enciphered column of every table, and what users are known by.

    A person's business may bear a public name; that is not counted.
    """
    found = {str(value) for row in User.objects.values_list("name", "email", "phone", "nip") for value in row}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, EncryptedTextField):
                found |= {str(value) for value in model._default_manager.values_list(field.name, flat=True)}
    public = set(Organisation.objects.values_list("name", flat=True))
    return {value for value in found if len(value) >= SHORTEST} - public


def typed_reasons() -> set[str]:
    """What people typed in their own words about orders."""
    rows = Purchase.objects.values_list("reason_of_choice", "closing_reason", "no_negotiation_reason")
    return {value for row in rows for value in row if len(value) >= SHORTEST}


def leaks(text: str) -> list[str]:
    """What of all that stands in a text."""
    return sorted(value for value in personal_values() | typed_reasons() if _stands_in(value, text))


def _stands_in(value: str, text: str) -> bool:
    """A number counts where it stands as one, not where its digits lie within a longer one (a NIB, say)."""
    if value not in text:
        return False
    return not value.isdigit() or re.search(rf"(?<!\d){value}(?!\d)", text) is not None


def everything_published(client: Client) -> Iterator[str]:
    """Every string of every release, table, record, page and catalogue."""
    for release in Release.objects.all():
        yield from strings(json.loads(release.content))
    addresses = [
        reverse(name)
        for name in ("open-data", "open-data-policy", "open-data-catalogue", "open-data-licence")
    ]
    for ocid in set(Release.objects.values_list("ocid", flat=True)):
        addresses += [reverse("ocds-process", args=[ocid]), reverse("ocds-record", args=[ocid])]
    for shape in SHAPES:
        addresses += [reverse(name, args=[shape, 2026]) for name in ("lkpp-csv", "lkpp-json")]
    for address in addresses:
        response = client.get(address)
        assert response.status_code == 200, address
        yield html.unescape(response.getvalue().decode())


def strings(value: Any) -> Iterator[str]:
    """Every string in a JSON value, the names of fields included."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield key
            yield from strings(member)
    elif isinstance(value, list):
        for member in value:
            yield from strings(member)
    elif isinstance(value, str):
        yield value
