"""What we publish as OCDS against Open Contracting's own validator: after every kind of event, not one error."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from procurement.opendata import packages
from procurement.opendata.models import Release
from tests.fakes.stripe import FakeStripe
from tests.opendata.conftest import stripe
from tests.opendata.scene import catch_up, furnish
from tests.peers.coveocds import judged

pytestmark = [pytest.mark.peer, pytest.mark.long, pytest.mark.django_db(transaction=True)]
__all__ = ["stripe"]


def test_the_validator_finds_no_error(
    stripe: FakeStripe, live_server: Any, settings: Any, tmp_path: Path
) -> None:
    """Our extension is fetched from the running site; what is published elsewhere is out of reach and tolerated."""
    settings.SITE_URL = live_server.url
    furnish(stripe)
    catch_up()
    client, releases, url = Client(), [], reverse("ocds-releases")
    while (told := client.get(url).json())["releases"]:
        releases += told["releases"]
        url = told["links"]["next"].removeprefix(live_server.url)
    assert len(releases) == Release.objects.count()
    package = {key: value for key, value in told.items() if key != "releases"} | {"releases": releases}
    found = judged(package, tmp_path)
    assert found["version_used"] == "1.1" and found["validation_errors"] == [], found["validation_errors"]
    assert found["deprecated_fields"] == [] and found["additional_closed_codelist_values"] == {}
    assert found["unique_ocids_count"] == Release.objects.values("ocid").distinct().count()
    extras = {(each["path"], each["field"]) for each in found["additional_fields"]}
    ours = packages.metadata("", Release.objects.all()[0].date)["extensions"][-1]
    assert ours not in found["extensions"]["invalid_extension"], "our own extension could not be read"
    # what the two extensions of Open Contracting describe, which the validator cannot fetch without a network
    assert extras <= {
        ("/releases", "bids"),
        ("/releases/awards", "relatedBid"),
        ("/releases/parties/details", "scale"),
        ("", "links"),
    }
    # of record packages it asks the network for a schema; what they hold besides links are releases, too
    ocids = list(dict.fromkeys(each["ocid"] for each in releases))
    records = [client.get(reverse("ocds-record", args=[each])).json()["records"][0] for each in ocids]
    merged = {**package, "releases": [each["compiledRelease"] for each in records]}
    assert judged(merged, tmp_path)["validation_errors"] == []
