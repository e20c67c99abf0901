"""The program's log names errors, never the people in the rows that met them, nor the keys in addresses."""

from __future__ import annotations

import io
import logging
import sys
from collections.abc import Iterator

import pytest
from django.db import IntegrityError
from django.test import Client

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


@pytest.fixture
def told() -> Iterator[io.StringIO]:
    """What the program's log says, written as in production."""
    kept = io.StringIO()
    handler, logger = logging.StreamHandler(kept), logging.getLogger("django")
    handler.setFormatter(WithoutRows("%(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    yield kept
    logger.removeHandler(handler)


@pytest.mark.parametrize(
    "path", ["/j/{}/", "/daftar/surel/{}/", "/daftar/surel/{}/x/", "/x/sandi/ganti/{}/", "/j/{}"]
)
@pytest.mark.parametrize("key", ["Zq3-_x" * 8, "eyJ1c2VyIjo0fQ:1vXyZ2:Abc-_9"])
def test_an_address_that_is_a_key_is_told_without_it(told: io.StringIO, path: str, key: str) -> None:
    answer = Client().get(path.format(key), follow=True)

    assert answer.status_code in {404, 409, 410}
    assert "(left out)" in told.getvalue()
    assert key not in told.getvalue()


def test_a_key_in_a_traceback_is_left_out_and_other_addresses_stand(told: io.StringIO) -> None:
    try:
        raise ValueError("no answer from /j/Zq3abc/ in time")
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/j/Zq3abc/?x=1")
    logging.getLogger("django.request").warning("Not Found: %s", "/pesanan/EO-2026-000001/")

    assert "Zq3abc" not in told.getvalue()
    assert "/pesanan/EO-2026-000001/" in told.getvalue()
