"""Open data over HTTP: packages, records, lines, caches, other origins, limits; and nothing personal in any of it."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from marketplace.accounts.models import Attempt, User
from marketplace.regulation.models import Parameter
from marketplace.regulation.queries import forget_rules
from procurement.opendata import packages
from procurement.opendata.merging import compiled
from procurement.opendata.models import Release
from procurement.opendata.queries import horizon
from procurement.opendata.views import ocds
from procurement.purchasing.models import Purchase
from tests.opendata.personal import everything_published, leaks
from tests.opendata.scene import catch_up, furnish_some
from tests.purchasing import factories

pytestmark = pytest.mark.django_db(transaction=True)
FIELDS = {
    "uri",
    "version",
    "publishedDate",
    "publisher",
    "license",
    "publicationPolicy",
    "extensions",
}


@pytest.fixture
def order() -> Purchase:
    """An order that was confirmed, told of in three releases."""
    made = factories.story("ORDERED").purchase
    catch_up()
    return made


def get(client: Client, name: str, *args: Any, **more: Any) -> Any:
    return client.get(reverse(name, args=args), **more)


# ── what is sent ──


def test_the_feed_is_paged_by_leaf_and_its_full_pages_never_change(
    client: Client, order: Purchase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ocds, "PAGE", 2)
    url, found = reverse("ocds-releases"), []
    while True:
        response = client.get(url)
        told = response.json()
        assert set(told) >= FIELDS
        if not told["releases"]:
            assert response["Cache-Control"] == "public, max-age=60" and "links" not in told
            break
        full = len(told["releases"]) >= 2
        assert ("immutable" in response["Cache-Control"]) == full
        assert told["publishedDate"] == max(each["date"] for each in told["releases"])
        assert f'<{told["links"]["next"]}>; rel="next"' in response["Link"]
        found += told["releases"]
        url = told["links"]["next"].removeprefix(packages.absolute(""))
    assert [each["id"] for each in found] == [json.loads(r.content)["id"] for r in Release.objects.all()]
    assert len(found) == 3


def test_the_bulk_feed_is_lines_and_goes_on_where_it_ended(client: Client, order: Purchase) -> None:
    response = get(client, "ocds-bulk")
    lines = response.getvalue().decode().splitlines()
    assert lines == list(Release.objects.values_list("content", flat=True))
    assert response["Link"] == f'<{packages.absolute(reverse("ocds-bulk"))}?since={horizon()}>; rel="next"'
    first = Release.objects.all()[0]
    rest = client.get(f"{reverse('ocds-bulk')}?since={first.leaf_id + 1}").getvalue().decode().splitlines()
    assert rest == lines[1:]
    assert client.get(f"{reverse('ocds-bulk')}?since={horizon()}").getvalue() == b""


def test_the_record_is_the_merged_releases_and_links_each(client: Client, order: Purchase) -> None:
    ocid = Release.objects.latest("leaf_id").ocid
    (record,) = get(client, "ocds-record", ocid).json()["records"]
    assert record["compiledRelease"] == compiled(json.loads(each.content) for each in Release.objects.all())
    assert record["compiledRelease"]["contracts"][0]["id"] == order.sp_number
    for linked in record["releases"]:
        address, _hash, release_id = linked["url"].removeprefix(packages.absolute("")).partition("#")
        response = client.get(address)
        assert response.json()["releases"][0]["id"] == release_id
        assert response["Cache-Control"] == "public, max-age=31536000, immutable"


@pytest.mark.parametrize("since", ["-1", "x", "1.5", "٣", "9" * 30])
def test_what_is_no_leaf_is_refused_in_plain_words(client: Client, since: str) -> None:
    for name in ("ocds-releases", "ocds-bulk"):
        response = client.get(reverse(name), {"since": since})
        assert response.status_code == 400 and "since" in response.json()["galat"]


def test_what_is_not_there_is_not_found(client: Client, order: Purchase) -> None:
    ocid = Release.objects.latest("leaf_id").ocid
    assert get(client, "ocds-record", "ocds-000000-tidak-ada").status_code == 404
    assert get(client, "ocds-process", "ocds-000000-tidak-ada").status_code == 404
    assert get(client, "ocds-release", ocid, 999_999).status_code == 404
    assert get(client, "lkpp-csv", "tidak-ada", 2026).status_code == 404


# ── how it is sent ──


def test_a_copy_that_is_still_true_is_not_sent_again(client: Client, order: Purchase) -> None:
    ocid = Release.objects.latest("leaf_id").ocid
    for url in (reverse("ocds-releases"), reverse("ocds-record", args=[ocid])):
        first = client.get(url)
        again = client.get(url, headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert client.get(url, headers={"If-Modified-Since": first["Last-Modified"]}).status_code == 304


def test_a_further_release_makes_the_old_copy_stale(client: Client) -> None:
    story = factories.story("ORDERED")
    catch_up()
    url = reverse("ocds-record", args=[Release.objects.latest("leaf_id").ocid])
    old = client.get(url)["ETag"]
    for name in ("ship", "receive"):
        story.take(name)
    catch_up()
    assert client.get(url, headers={"If-None-Match": old}).status_code == 200


def test_what_is_sent_is_packed_for_who_can_unpack_it(client: Client, order: Purchase) -> None:
    for name in ("ocds-releases", "ocds-bulk"):
        packed = client.get(reverse(name), headers={"Accept-Encoding": "gzip"})
        assert packed["Content-Encoding"] == "gzip"
        assert gzip.decompress(packed.getvalue()) == client.get(reverse(name)).getvalue()


def test_any_origin_may_read_and_nobody_may_write(client: Client, order: Purchase) -> None:
    for name in ("ocds-releases", "ocds-bulk", "open-data-catalogue"):
        assert get(client, name)["Access-Control-Allow-Origin"] == "*"
        assert client.post(reverse(name)).status_code == 405
        assert client.head(reverse(name)).status_code == 200


@pytest.fixture
def three_a_minute(db: None) -> Iterator[None]:
    """A strict limit, forgotten again afterwards."""
    Parameter.objects.filter(code="opendata.requests_a_minute").update(value=3)
    forget_rules()
    yield
    forget_rules()


def test_who_asks_too_often_waits_and_others_do_not(
    client: Client, order: Purchase, three_a_minute: None
) -> None:
    url = reverse("ocds-releases")
    assert [client.get(url).status_code for _n in range(5)] == [200, 200, 200, 429, 429]
    refused = client.get(url)
    assert refused["Retry-After"] == "60" and "Terlalu banyak" in refused.json()["galat"]
    assert client.get(url, REMOTE_ADDR="203.0.113.9").status_code == 200
    assert "127.0.0.1" not in set(Attempt.objects.values_list("who", flat=True))


# ── pages for people ──


def test_a_number_leads_to_its_process(client: Client, order: Purchase) -> None:
    ocid = Release.objects.latest("leaf_id").ocid
    for number in (order.number, ocid, f" {order.number} "):
        assert client.get(reverse("open-data"), {"nomor": number})["Location"] == reverse(
            "ocds-process", args=[ocid]
        )
    nothing = client.get(reverse("open-data"), {"nomor": "EO-0000-1"})
    assert nothing.status_code == 200 and "Tidak ditemukan" in nothing.content.decode()


def test_the_process_page_tells_what_the_vendor_received(client: Client) -> None:
    furnish_some()
    catch_up()
    paid = Purchase.objects.get(state="TAX_SETTLED")
    ocid = Release.objects.filter(ocid__endswith=paid.number).latest("leaf_id").ocid
    text = get(client, "ocds-process", ocid).content.decode()
    assert paid.sp_number in text and paid.vendor.name in text
    assert f"{paid.obligation.net:,}".replace(",", ".") in text


@pytest.mark.parametrize("name", ["open-data", "ocds-process"])
def test_pages_ask_the_database_little_however_much_there_is(
    client: Client, order: Purchase, name: str, django_assert_max_num_queries: Any
) -> None:
    for _n in range(4):
        factories.story("ORDERED")
    catch_up()
    args = [Release.objects.latest("leaf_id").ocid] if name == "ocds-process" else []
    client.get(reverse(name, args=args))
    with django_assert_max_num_queries(8):
        client.get(reverse(name, args=args))


# ── people ──


def test_nothing_personal_is_published(client: Client) -> None:
    furnish_some()
    catch_up()
    text = "\n".join(everything_published(client))
    assert leaks(text) == []
    someone = User.objects.latest("pk")
    assert someone.name in leaks(f"{text} oleh {someone.name}"), "the test itself would see it"
