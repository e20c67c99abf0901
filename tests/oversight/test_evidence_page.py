"""The auditor takes an order's evidence home; nobody else does, and the log says that it was taken."""

from __future__ import annotations

import io
import zipfile
from hashlib import sha256

import pytest
from django.test import Client

from marketplace.accounts.roles import BUYING, Role
from marketplace.audit.models import Entry
from marketplace.audit.sequencer import integrate
from procurement.oversight.evidence.pack import pack_of
from tests import people
from tests.purchasing import factories

pytestmark = pytest.mark.django_db(transaction=True)
PURPOSE = "Surat tugas 800/12/2026"


def address(story: factories.Story) -> str:
    return f"/pesanan/{story.purchase.number}/paket-bukti.zip"


def auditor(story: factories.Story) -> Client:
    unit = people.organisation(people.KIND_OF_ROLE[Role.AUDITOR], in_region=story.office.package.region)
    client = people.signed_in(people.appointment(Role.AUDITOR, unit))
    client.post("/keperluan/", {"purpose": PURPOSE})
    return client


def exports() -> list[Entry]:
    return list(Entry.objects.filter(act="evidence_pack.export"))


def test_the_auditor_gets_the_pack_from_the_story_and_the_log_tells_of_it() -> None:
    story = factories.story("ORDERED")
    integrate()
    client = auditor(story)
    page = client.get(f"/audit/cerita/purchase/{story.purchase.pk}/").content.decode()
    assert address(story) in page
    expected = pack_of(str(story.purchase.pk))
    response = client.post(address(story))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == f'attachment; filename="bukti-{story.purchase.number}.zip"'
    assert response.content == expected
    assert "manifest.json" in zipfile.ZipFile(io.BytesIO(response.content)).namelist()
    (entry,) = exports()
    assert entry.facts == {
        "number": story.purchase.number,
        "sha256": sha256(expected).hexdigest(),
        "bytes": len(expected),
        "reason": PURPOSE,
    }
    assert entry.actor_role == Role.AUDITOR
    integrate()
    assert client.post(address(story)).status_code == 200, (
        "that it was taken is not part of the order's story"
    )


def test_without_a_purpose_nothing_is_taken_and_the_way_leads_back_to_the_story() -> None:
    story = factories.story("ORDERED")
    integrate()
    body = people.organisation(people.KIND_OF_ROLE[Role.AUDITOR], in_region=story.office.package.region)
    fresh = people.signed_in(people.appointment(Role.AUDITOR, body))
    answer = fresh.post(address(story))
    assert answer.status_code == 302 and answer["Location"].startswith("/keperluan/?kembali=")
    assert not exports()
    asked = fresh.post(answer["Location"], {"purpose": PURPOSE})
    page = fresh.get(asked["Location"]).content.decode()
    assert f'http-equiv="refresh" content="0; url={address(story)}"' in page, "the errand goes on by itself"
    taken = fresh.get(address(story))
    assert taken.status_code == 200 and taken["Content-Type"] == "application/zip"
    assert exports()[0].facts["reason"] == PURPOSE
    assert fresh.get(address(story)).status_code == 405, "once"
    assert "http-equiv" not in fresh.get(asked["Location"]).content.decode()
    assert fresh.post(address(story)).status_code == 200


def test_who_says_no_purpose_goes_back_to_where_he_came_from() -> None:
    story = factories.story("ORDERED")
    client, here = auditor(story), f"/pemeriksaan/pesanan/{story.purchase.number}/"
    for before, way_back in (
        (f"http://testserver{here}", f"http://testserver{here}"),
        ("https://jahat.example/", "/meja/"),
        ("http://testserver/keperluan/", "/meja/"),
    ):
        page = client.get(f"/keperluan/?kembali={here}", headers={"Referer": before}).content.decode()
        assert f'href="{way_back}">Batal</a>' in page, before


def test_it_is_refused_until_it_can_be_proven() -> None:
    story = factories.story("AWAITING_PPK")
    response = auditor(story).post(address(story))
    assert response.status_code == 409
    assert "belum masuk ke pohon log" in response.content.decode()
    assert not exports()


def test_nobody_else_gets_it() -> None:
    story = factories.story("ORDERED")
    integrate()
    elsewhere = people.organisation(
        people.KIND_OF_ROLE[Role.AUDITOR], in_region=people.region("T998", "Provinsi Lain")
    )
    stranger = people.signed_in(people.appointment(Role.AUDITOR, elsewhere))
    assert stranger.post(address(story)).status_code == 404
    for role in sorted(BUYING):
        if role in story.office.officers:
            assert people.signed_in(story.appointment(role)).post(address(story)).status_code == 403
    assert people.signed_in(story.appointment(Role.VENDOR)).post(address(story)).status_code == 403
    assert Client().post(address(story)).status_code == 302
    assert auditor(story).get(address(story)).status_code == 405
    assert not exports()


def test_another_role_sees_no_button() -> None:
    story = factories.story("ORDERED")
    integrate()
    unit = people.organisation(people.KIND_OF_ROLE[Role.OPERATOR], in_region=story.office.package.region)
    client = people.signed_in(people.appointment(Role.OPERATOR, unit))
    page = client.get(f"/audit/cerita/purchase/{story.purchase.pk}/").content.decode()
    assert address(story) not in page
    assert "verify-proof" in page
