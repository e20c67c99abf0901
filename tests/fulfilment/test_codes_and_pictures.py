"""The code on a delivery note leads its unit's receiver to the count; a picture used before is told in the log."""

from __future__ import annotations

import io

import pytest
from PIL import Image, ImageDraw

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from procurement.documents.models import Paper
from procurement.fulfilment.codes import digest_of, receiver_code
from procurement.fulfilment.models import ReceiverCode
from tests import people
from tests.fulfilment.parts import on, part, two_places
from tests.purchasing import factories
from tests.purchasing.http import path, session

pytestmark = pytest.mark.django_db


def drawing(shift: int, quality: int = 90) -> bytes:
    """A picture with some shape; `shift` moves it."""
    picture = Image.new("RGB", (320, 240), (20, 40, 60))
    draw = ImageDraw.Draw(picture)
    for n in range(6):
        draw.rectangle(
            (n * 50 + shift, n * 30, n * 50 + 35 + shift, n * 30 + 60), fill=(40 * n, 250 - 30 * n, 200)
        )
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()


def test_the_code_leads_to_the_count_of_its_own_delivery():
    story = two_places()
    on(story, 1, "ship")
    on(story, 2, "ship")
    code = receiver_code(part(story, 2).pk)
    printed = Paper.objects.filter(kind="surat_jalan").order_by("-pk")[0].facts["deliveries"][0]["code"]
    assert printed == code
    assert not ReceiverCode.objects.filter(code_sha256=code).exists()

    client = session(story, Role.RECEIVER)
    assert "Kode penerima" in client.get("/terima/").content.decode()
    for address in (f"/terima/{code}/", f"/terima/?code={code.lower().replace('-', ' ')}"):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"] == f"{path(story, 'receive')}?kiriman=2"


def test_a_code_opens_nothing_to_anybody_else():
    story = factories.story("SHIPPED")
    code = receiver_code(part(story, 1).pk)
    stranger = people.signed_in(people.appointment(Role.RECEIVER))
    assert stranger.get(f"/terima/{code}/").status_code == 404
    assert session(story, Role.PPK).get(f"/terima/{code}/").status_code == 403
    assert session(story, Role.RECEIVER).get("/terima/AAAA-AAAA/").status_code == 404


def test_a_counted_delivery_shows_both_sides_the_same_digits():
    story = factories.story("DELIVERED")
    receipt = part(story, 1).shipments.get().receipt
    for role in (Role.RECEIVER, Role.VENDOR):
        assert receipt.handover_code in session(story, role).get(path(story)).content.decode()
    code = receiver_code(part(story, 1).pk)
    assert session(story, Role.RECEIVER).get(f"/terima/{code}/")["Location"] == path(story)


def test_case_and_dashes_of_a_code_do_not_matter():
    assert digest_of("abcd-2345") == digest_of(" ABCD 2345 ")
    assert len({receiver_code(pk) for pk in range(200)}) == 200


@pytest.mark.parametrize("again", [drawing(0), drawing(0, quality=60)])
def test_a_picture_that_proved_another_order_is_told(again):
    unit = factories.office()
    first, second = (factories.story("SHIPPED", at=unit, wanted=[(factories.paper(), 3)]) for _n in range(2))
    first.take("receive", photos=[drawing(0)])
    assert "flags" not in Entry.objects.get(act="purchase.receive").facts
    second.take("receive", photos=[again])
    facts = Entry.objects.filter(act="purchase.receive").order_by("-pk")[0].facts
    assert facts["flags"] == ["ID10"]
    assert facts["photos_used_before"] == facts["photos"]


def test_another_picture_is_no_copy():
    unit = factories.office()
    first, second = (factories.story("SHIPPED", at=unit, wanted=[(factories.paper(), 3)]) for _n in range(2))
    first.take("receive", photos=[drawing(0)])
    second.take("receive", photos=[drawing(90)])
    assert "flags" not in Entry.objects.filter(act="purchase.receive").order_by("-pk")[0].facts
