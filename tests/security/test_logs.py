"""The program's log names errors, never the people in the rows that met them."""

from __future__ import annotations

import logging
import sys

import pytest
from django.db import IntegrityError

from marketplace.accounts.models import Organisation
from marketplace.logs import WithoutRows
from tests import people

pytestmark = pytest.mark.django_db


def test_an_error_is_told_without_the_row() -> None:
    secret = "\n\n".join(("Sari", "Wulandari"))
    with pytest.raises(IntegrityError):
        try:
            Organisation.objects.create(region=people.region(), kind="X", name=secret)
        except IntegrityError:
            record = logging.LogRecord("django.request", logging.ERROR, "", 1, "/paket/", (), sys.exc_info())
            raise

    told = WithoutRows("%(name)s %(message)s").format(record)

    assert "IntegrityError" in told and "organisation_kind" in told and "Traceback" in told
    assert "Sari\n" not in told and "Wulandari," not in told
