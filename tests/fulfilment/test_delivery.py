"""Counting, discrepancies, partial acceptance, fines, BAST, early ends, pictures."""

from __future__ import annotations

import io
from datetime import timedelta
from hashlib import sha256

import pytest
from PIL import Image

from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from marketplace.core import clock
from marketplace.core.transitions import Refused
from procurement.documents.models import Paper
from procurement.fulfilment import evidence
from procurement.fulfilment.actions import Count, receive
from procurement.fulfilment.models import Evidence, Receipt, Shipment
from tests import people
from tests.purchasing import factories
from tests.purchasing.http import answers, path, picture_file, send, session, snapshot

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _own_store(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "evidence": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }


def money(story) -> tuple[int, ...]:
    line = story.office.line
    line.refresh_from_db()
    return line.reserved, line.committed, line.payable


def short_story(good: int, damaged: int) -> factories.Story:
    """Twenty reams ordered; of them `good` sound, `damaged` damaged, the rest missing."""
    story = factories.story("SHIPPED")
    story.take("receive", counts=story.counts(good=good, damaged=damaged))
    return story


def test_what_is_not_counted_is_short():
    story = short_story(15, 2)
    line = Receipt.objects.get().lines.get()
    assert (line.good, line.damaged, line.short) == (15, 2, 3)
    assert story.purchase.deliveries.get().arrived_whole is False


def test_goods_that_did_not_arrive_whole_are_not_simply_inspected():
    story = short_story(15, 2)
    before = snapshot(story)
    assert send(story, Role.PPK, "inspect").status_code == 409
    assert snapshot(story) == before


def test_a_replacement_brings_only_what_is_missing():
    story = short_story(15, 2)
    story.take("report_discrepancy")
    story.take("replace")
    assert story.purchase.state == "ORDERED"
    story.take("ship")
    second = Shipment.objects.get(position=2)
    assert [each.quantity for each in second.lines.all()] == [5]
    line = story.purchase.lines.get()
    story.take("receive", counts={line.pk: Count(5)})
    assert story.purchase.deliveries.get().arrived_whole is True
    for name in ("inspect", "sign_bast", "accept"):
        story.take(name)
    assert story.purchase.accepted_total == story.purchase.total
    assert money(story) == (0, 0, story.purchase.total)


def test_accepting_a_part_owes_that_part_and_frees_the_rest():
    story = short_story(15, 2)
    for name in ("report_discrepancy", "accept_short", "sign_bast", "accept"):
        story.take(name)
    assert story.purchase.lines.get().accepted == 15
    assert story.purchase.accepted_price == 780_000
    assert story.purchase.accepted_total == 865_800  # 15 × 52.000 and 11 % of it
    assert money(story) == (0, 0, 865_800)
    assert story.office.line.available == story.office.line.pagu - 865_800


def test_a_vendor_that_never_sends_the_rest_does_not_hold_up_the_pay():
    story = short_story(15, 0)
    for name in ("report_discrepancy", "replace"):
        story.take(name)
    before = snapshot(story)
    assert send(story, Role.PPK, "terminate").status_code == 409  # sound goods are to be paid
    assert snapshot(story) == before
    for name in ("accept_short", "sign_bast", "accept"):
        story.take(name)
    assert story.purchase.accepted_total == 865_800


def test_rejecting_everything_ends_the_order_with_a_paper_and_frees_the_money():
    story = short_story(0, 20)
    story.take("report_discrepancy")
    story.take("reject_goods")
    assert story.purchase.state == "TERMINATED"
    assert money(story) == (0, 0, 0)
    assert Paper.objects.filter(kind="ba_pembatalan").count() == 1


def test_nothing_sound_cannot_be_accepted_in_part():
    story = short_story(0, 20)
    story.take("report_discrepancy")
    before = snapshot(story)
    assert send(story, Role.PPK, "accept_short").status_code == 409
    assert snapshot(story) == before


@pytest.mark.parametrize("name", ["stop", "terminate"])
def test_an_early_end_frees_the_money_and_leaves_a_paper(name):
    story = factories.story("SHIPPED")
    if name == "terminate":
        story.take("warn")
    story.take(name)
    assert money(story) == (0, 0, 0)
    paper = Paper.objects.get(kind="ba_pembatalan")
    assert paper.facts["evaluation"] == factories.REASON
    assert paper.facts["value_to_pay"] == 0


def test_the_fine_counts_calendar_days_after_the_agreed_day_before_ppn():
    day = clock.today() + timedelta(days=1)
    story = factories.story("SHIPPED", needed_by=day)
    with clock.frozen(clock.now() + timedelta(days=4)):
        for name in ("receive", "inspect", "sign_bast"):
            story.take(name)
    # 3 days late: 1.040.000 × 3 ⁄ 1000
    delivery = story.purchase.deliveries.get()
    assert (delivery.late_days, delivery.penalty) == (3, 3_120)


def test_what_came_in_time_is_not_fined():
    day = clock.today() + timedelta(days=1)
    story = factories.story("SHIPPED", needed_by=day)
    line = story.purchase.lines.get()
    story.take("receive", counts={line.pk: Count(15)})
    story.take("report_discrepancy")
    story.take("replace")
    with clock.frozen(clock.now() + timedelta(days=3)):
        story.take("ship")
        story.take("receive", counts={line.pk: Count(5)})
        story.take("inspect")
        story.take("sign_bast")
    delivery = story.purchase.deliveries.get()
    assert (delivery.late_days, delivery.penalty) == (2, 5 * 52_000 * 2 // 1000)


def test_the_vendor_does_not_sign_before_the_ppk():
    story = factories.story("INSPECTED")
    before = snapshot(story)
    assert send(story, Role.VENDOR, "accept").status_code == 409
    assert snapshot(story) == before


def test_the_ppk_signs_once():
    story = factories.story("INSPECTED")
    story.take("sign_bast")
    before = snapshot(story)
    assert send(story, Role.PPK, "sign_bast").status_code == 409
    assert snapshot(story) == before


@pytest.mark.parametrize(
    ("good", "damaged", "code"), [(21, 0, "miscounted"), (20, 1, "miscounted"), (-1, 0, "miscounted")]
)
def test_more_than_was_sent_is_not_counted(good, damaged, code):
    story = factories.story("SHIPPED")
    before = snapshot(story)
    with pytest.raises(Refused) as refused:
        story.take("receive", counts=story.counts(good=good, damaged=damaged))
    assert refused.value.code == code
    assert snapshot(story) == before
    assert not Receipt.objects.exists()


def test_another_orders_line_is_not_counted():
    story, other = factories.story("SHIPPED"), factories.story("SHIPPED")
    before = snapshot(story)
    with pytest.raises(Refused) as refused:
        story.take("receive", counts=other.counts())
    assert refused.value.code == "miscounted"
    assert snapshot(story) == before


@pytest.mark.parametrize(
    ("photos", "code"),
    [
        ([], "photo_needed"),
        ([b"bukan gambar"], "not_an_image"),
        ([b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"], "not_an_image"),
        ([b"GIF89a<script>"], "not_an_image"),
        ([b"\xff\xd8\xff" + bytes(8 * 1024 * 1024)], "image_too_large"),
        ([factories.photo()] * 7, "too_many_photos"),
    ],
)
def test_a_receipt_needs_pictures_that_are_pictures(photos, code):
    story = factories.story("SHIPPED")
    before = snapshot(story)
    with pytest.raises(Refused) as refused:
        receive(
            actor=story.actor(Role.RECEIVER),
            purchase_id=story.purchase.pk,
            counts=story.counts(),
            photos=photos,
        )
    assert refused.value.code == code
    assert snapshot(story) == before
    assert not Evidence.objects.exists()


def test_a_receipt_without_a_picture_says_so_on_the_page():
    story = factories.story("SHIPPED")
    form = answers(story, "receive")
    form.pop("photos")
    before = snapshot(story)
    response = session(story, Role.RECEIVER).post(path(story, "receive"), form)
    assert response.status_code == 422
    assert snapshot(story) == before


def test_a_picture_is_redrawn_without_its_position_and_kept_by_its_hash():
    story = factories.story("DELIVERED")
    kept = Evidence.objects.get(purchase=story.purchase, step="RECEIPT")
    content = evidence.read(kept.sha256)
    assert sha256(content).hexdigest() == kept.sha256
    with Image.open(io.BytesIO(content)) as picture:
        assert picture.size == (64, 48)
        assert not picture.getexif()
    with Image.open(io.BytesIO(factories.photo())) as sent:
        assert sent.getexif()  # or the test proves nothing


def test_pictures_are_for_the_parties_alone():
    story = factories.story("DELIVERED")
    kept = Evidence.objects.get(purchase=story.purchase)
    address = kept.get_absolute_url()
    for role in (Role.PPK, Role.RECEIVER, Role.VENDOR):
        response = session(story, role).get(address)
        assert response.status_code == 200
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Disposition"].startswith("attachment")
        assert response["Content-Type"] == "image/jpeg"
    for stranger in (Role.PPK, Role.VENDOR):
        assert people.signed_in(people.appointment(stranger)).get(address).status_code == 404
    far = people.organisation(
        Organisation.Kind.AUDITOR_BODY, in_region=people.region("D996", "Provinsi Jauh")
    )
    assert people.signed_in(people.appointment(Role.AUDITOR, far)).get(address).status_code == 404
    other = factories.story("DELIVERED")
    foreign = f"/pesanan/{other.purchase.number}/foto/{'0' * 64}/"
    assert session(other, Role.PPK).get(foreign).status_code == 404


def test_several_pictures_arrive_over_http():
    story = factories.story("SHIPPED")
    form = {
        **answers(story, "receive"),
        "photos": [
            picture_file("a.jpg", factories.photo((1, 2, 3))),
            picture_file("b.jpg", factories.photo((9, 9, 9))),
        ],
    }
    assert session(story, Role.RECEIVER).post(path(story, "receive"), form).status_code == 302
    assert Evidence.objects.filter(purchase=story.purchase, step="RECEIPT").count() == 2
    page = session(story, Role.VENDOR).get(path(story)).content.decode()
    assert page.count("/foto/") == 2
