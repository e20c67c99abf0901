"""What people type is shown as they typed it and never run: on pages, in papers, in the published log."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from procurement.documents.models import Paper
from procurement.documents.rendering import pdf_of
from procurement.fulfilment import actions as fulfilment
from tests import people
from tests.documents.pdf_text import text_of
from tests.purchasing import factories, http

pytestmark = pytest.mark.django_db(transaction=True)

MARKUP = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'"
TYPST = '#eval("1+1") #read("/etc/passwd") $x^2$ *tebal* \\ #sys.inputs.paper @a <b> `kode`'
PERSONAL = "NIK 3171065208850001, telepon 0812-3456-7890, surel sari@contoh.id, rekening 1234567890123"


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return str(answer.content.decode())


def assert_inert(html: str) -> None:
    assert "<script>alert" not in html
    assert "<img src=x" not in html


def test_markup_is_only_text() -> None:
    item = factories.paper(
        title=MARKUP[:120], unit="<b>rim", of=factories.shop("CV <script>alert(1)</script>")
    )
    story = factories.story("ORDERED", wanted=[(item, 20)])
    story.take(
        "ship",
        courier=MARKUP[:100],
        vehicle="<script>alert(1)</script>",
        tracking="<script>alert(1)</script>",
    )
    story.take("receive", remarks=MARKUP)
    story.take("report_discrepancy", reason=MARKUP)
    number, product = story.purchase.number, item.get_absolute_url()
    auditor = people.signed_in(people.appointment(Role.AUDITOR))

    for role in (Role.PPK, Role.PP, Role.VENDOR, Role.RECEIVER, Role.PA):
        for path in ("/pesanan/", f"/pesanan/{number}/", "/meja/", product, "/katalog/", "/kabar/"):
            assert_inert(shown(http.session(story, role), path))
    for path in ("/audit/", f"/audit/cerita/purchase/{story.purchase.pk}/", f"/pesanan/{number}/"):
        assert_inert(shown(auditor, path))
    for path in (product, "/katalog/", "/cari/?q=%3Cscript%3Ealert(1)", f"/umkm/{item.vendor.slug}/"):
        assert_inert(shown(Client(), path))
    for paper in Paper.objects.all():
        assert_inert(shown(Client(), paper.verify_url))


def test_a_paper_prints_typst_as_typed() -> None:
    story = factories.story("ORDERED", wanted=[(factories.paper(title=TYPST), 20)])
    story.take("ship", courier=TYPST)

    for paper in Paper.objects.all():
        # Where a line may break, a mark without width stands: how wide the text is decides where.
        printed = " ".join(text_of(pdf_of(paper)).split()).replace("\u200b", "")
        assert '#eval("1+1")' in printed.replace("“", '"').replace("”", '"')
        assert "root:" not in printed


@pytest.mark.parametrize("state", ["ORDERED", "DELIVERED"])
def test_what_reaches_a_person_stays_out_of_the_public_log(state: str) -> None:
    story = factories.story(state)
    if state == "ORDERED":
        story.take("warn", reason=PERSONAL)
        fulfilment.terminate(
            actor=story.actor(Role.PPK), purchase_id=story.purchase.pk, reason=PERSONAL, evaluation=PERSONAL
        )
    else:
        story.take("report_discrepancy", reason=PERSONAL)

    published = b"".join(bytes(entry.payload) for entry in Entry.objects.all()).decode()
    for secret in ("3171065208850001", "0812-3456-7890", "081234567890", "sari@contoh.id", "1234567890123"):
        assert secret not in published
    assert "Medan Merdeka" not in published  # the address of delivery


def test_a_stranger_learns_nobodys_data_from_a_paper(client: Client) -> None:
    story = factories.story("DELIVERED")
    people_of_the_order: list[Any] = [
        story.appointment(role).user for role in (Role.PPK, Role.PP, Role.VENDOR)
    ]
    for paper in Paper.objects.filter(subject_id=str(story.purchase.pk)):
        html = shown(client, paper.verify_url)
        assert not [person.name for person in people_of_the_order if person.name in html]
        assert "Medan Merdeka" not in html and "3171065208850001" not in html
        assert client.get(paper.download_url).status_code == 302
