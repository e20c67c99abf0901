"""Every form of the site is sent with days and amounts that nobody can mean: refused with words, never a 500.

A refused form is 422 (400 where it is a question in the address, 409 when the deed was refused), so that scripts and
browsers know; nothing is written then.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from marketplace.accounts.roles import APPOINTABLE
from marketplace.audit.models import Entry
from marketplace.core import clock, money
from marketplace.pages.fields import RupiahField
from tests import people
from tests.house.specimens import Specimens
from tests.house.test_permission_walk import pages, resident
from tests.oversight.audits import scan

pytestmark = [pytest.mark.long, pytest.mark.timeout(900), pytest.mark.django_db]

FAR_DAYS = ("9999-12-31", "0001-01-01", str(clock.FIRST), str(clock.LAST))
FAR_AMOUNTS = ("9" * 20, str(money.MOST + 1), str(money.MOST), "0", "-1")
REFUSED = {400, 409, 422}


def forms_of(response: Any) -> list[Any]:
    """The forms that a page was drawn with."""
    found: list[Any] = []
    for layer in response.context or ():
        for part in layer.dicts if hasattr(layer, "dicts") else (layer,):
            found += [
                each for each in part.values() if isinstance(each, forms.BaseForm) and each not in found
            ]
    return found


def plausible(bound: forms.BoundField) -> Any:
    """Something a person might have typed there."""
    field, known = bound.field, bound.value()
    if isinstance(field, forms.FileField):
        return SimpleUploadedFile("bukti.pdf", scan(), "application/pdf")
    if known not in (None, "", []):
        return known.isoformat() if isinstance(known, (date, time)) else known
    if isinstance(field, forms.ChoiceField):
        offered: Any = field.choices
        chosen = [str(value) for value, _label in offered if str(value)]
        return chosen[:1] if isinstance(field, forms.MultipleChoiceField) else (chosen or [""])[0]
    if isinstance(field, forms.DateField):
        return str(clock.today() + timedelta(days=3))
    if isinstance(field, forms.TimeField):
        return "14:00"
    if isinstance(field, (forms.IntegerField, RupiahField)):
        return "1000"
    return (
        "Isian contoh yang cukup panjang"[: field.max_length or 40] if hasattr(field, "max_length") else "1"
    )


def far(field: forms.Field) -> tuple[str, ...]:
    """What nobody can mean, for a field of days or numbers."""
    if isinstance(field, forms.DateField):
        return FAR_DAYS
    return FAR_AMOUNTS if isinstance(field, (forms.IntegerField, RupiahField)) else ()


def absurd(form: forms.Form) -> Iterator[tuple[str, dict[str, Any]]]:
    """The form empty, and filled in with one absurd answer."""
    yield "empty", {"nothing": ""}
    for wrong in form:
        for value in far(wrong.field):
            told = {each.html_name: plausible(each) for each in form}
            told = {name: said for name, said in told.items() if said is not None}
            yield f"{wrong.name}={value[:20]}", {**told, wrong.html_name: value}


def fault(client: Client, path: str, told: dict[str, Any]) -> str | None:
    """What went wrong when a form was sent; None when it was taken or refused as it should be."""
    before, entries = transaction.savepoint(), Entry.objects.count()
    try:
        response: Any = client.post(path, told)
        if response.status_code == 405:  # a question, that stands in the address
            response = client.get(path, told)
        wrong = any(each.is_bound and each.errors for each in forms_of(response))
        if response.status_code >= 500 or (wrong and response.status_code not in REFUSED):
            return str(response.status_code)
        if response.status_code in REFUSED and Entry.objects.count() != entries:
            return "refused, and something was written"
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    finally:
        transaction.savepoint_rollback(before)
    return None


def test_no_form_falls_over_what_nobody_can_mean():
    own = Specimens.of(people.region())
    clients = {role: resident(role, own) for role in sorted(APPOINTABLE)}
    faults, sent = [], 0
    for address in pages():
        path = own.path(address)
        for role in clients if address.may_enter is None else sorted(set(clients) & set(address.may_enter)):
            drawn = [
                each
                for each in forms_of(clients[role].get(path))
                if not each.is_bound and address.ours and not path.startswith("/komponen")
            ]
            for form in drawn:
                for what, told in absurd(form):
                    sent += 1
                    found = fault(clients[role], path, told)
                    if found:
                        faults.append(f"{role} {path} {type(form).__name__} {what}: {found}")
            if drawn:
                break

    assert sent > 100
    assert not faults, "\n".join(faults)
