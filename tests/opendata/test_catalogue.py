"""The DCAT catalogue: every address in it answers, and says what it is said to be."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from procurement.opendata.packages import absolute
from tests.opendata.scene import catch_up
from tests.purchasing import factories

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_catalogue_leads_to_every_file(client: Client) -> None:
    factories.story("ORDERED")
    catch_up()
    response = client.get(reverse("open-data-catalogue"))
    assert response["Content-Type"].startswith("application/ld+json")
    told: dict[str, Any] = response.json()
    assert told["@type"] == "dcat:Catalog" and told["@id"] == absolute(reverse("open-data-catalogue"))
    assert len(told["dcat:dataset"]) == 5
    for dataset in told["dcat:dataset"]:
        needed = (
            "dct:title",
            "dct:description",
            "dct:publisher",
            "dct:license",
            "dct:temporal",
            "dct:spatial",
        )
        assert all(dataset[name] for name in (*needed, "dct:accrualPeriodicity", "dcat:contactPoint"))
        for each in dataset["dcat:distribution"]:
            answer = client.get(each["dcat:downloadURL"]["@id"].removeprefix(absolute("")))
            body = answer.getvalue()
            assert answer.status_code == 200 and body
            if checksum := each.get("spdx:checksum"):
                assert checksum["spdx:checksumValue"] == sha256(body).hexdigest()
    assert sum("spdx:checksum" in d for each in told["dcat:dataset"] for d in each["dcat:distribution"]) == 1


def test_an_empty_market_has_a_catalogue_all_the_same(client: Client) -> None:
    (dataset,) = client.get(reverse("open-data-catalogue")).json()["dcat:dataset"]
    assert "dct:temporal" not in dataset


def test_the_licence_file_says_whose_data_it_is(client: Client, settings: Any) -> None:
    told = client.get(reverse("open-data-licence")).json()
    assert told["license"] == settings.OPEN_DATA_LICENSE
    assert told["publicationPolicy"].endswith("/data-terbuka/kebijakan/")
    assert told["auditLog"]["checkpoint"].endswith("/tlog/checkpoint")


def test_the_policy_names_who_takes_corrections_or_that_nobody_was_named(
    client: Client, settings: Any
) -> None:
    asked = lambda: client.get(reverse("open-data-policy")).content.decode()  # noqa: E731
    settings.SITE = {**settings.SITE, "contact_email": ""}
    assert "alamatnya belum diisi" in asked() and "noreply@" not in asked()
    settings.SITE = {**settings.SITE, "contact_email": "data@daerah.example"}
    assert 'href="mailto:data@daerah.example"' in asked()


def test_the_policy_says_what_is_left_out_and_why(client: Client) -> None:
    text = client.get(reverse("open-data-policy")).content.decode()
    for said in ("UU 27/2022", "Perpres 16/2018 Pasal 26", "since", "creativecommons.org"):
        assert said in text
