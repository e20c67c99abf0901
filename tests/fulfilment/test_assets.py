"""Capital goods are handed to their keeper after the last BAST, once, and before the order is closed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core.transitions import Refused
from procurement.documents.models import Paper
from procurement.fulfilment.actions import hand_over
from procurement.planning.models import BudgetLine
from procurement.purchasing.actions import close
from procurement.purchasing.models import Purchase
from tests import people
from tests.purchasing import factories

pytestmark = pytest.mark.django_db
KEEPER = {"keeper": "Hadi Santoso", "decree": "SK-12/2026"}


def capital(state: str = "ACCEPTED") -> factories.Story:
    told = factories.story(state)
    BudgetLine.objects.filter(pk=told.office.line.pk).update(rekening="5.2.02.05.02.0004")
    told.fresh()
    return told


def hand(told: factories.Story, role: Role = Role.PPK) -> None:
    hand_over(
        actor=told.actor(role), purchase_id=told.purchase.pk, keeper="Hadi Santoso", decree="SK-12/2026"
    )


def refused(told: factories.Story, code: str, role: Role = Role.PPK) -> None:
    before = (Paper.objects.count(), Entry.objects.count())
    with pytest.raises(Refused) as why:
        hand(told, role)
    assert why.value.code == code
    assert (Paper.objects.count(), Entry.objects.count()) == before


def test_the_note_holds_what_was_accepted_and_is_written_once():
    told = capital()
    hand(told)
    paper = Paper.objects.get(kind="ba_serah_terima_aset")
    assert (paper.facts["keeper"]["name"], paper.facts["total"]) == (
        "Hadi Santoso",
        told.purchase.accepted_total,
    )
    assert paper.facts["bast"] == told.purchase.bast_number
    refused(told, "nothing_to_hand_over")


def test_not_before_the_bast_nor_for_ordinary_goods_nor_by_others():
    refused(capital("INSPECTED"), "nothing_to_hand_over")
    refused(factories.story("ACCEPTED"), "nothing_to_hand_over")
    refused(capital(), "wrong_role", Role.PP)


def test_another_units_ppk_does_not_see_it():
    told = capital()
    with pytest.raises(Purchase.DoesNotExist):
        hand_over(
            actor=people.actor(Role.PPK),
            purchase_id=told.purchase.pk,
            keeper="Hadi Santoso",
            decree="SK-12/2026",
        )


def test_the_order_is_closed_after_the_goods_were_handed_over():
    told = capital()
    Purchase.objects.filter(pk=told.purchase.pk).update(state="TAX_SETTLED")
    ppk = told.actor(Role.PPK)
    with pytest.raises(Refused) as why:
        close(actor=ppk, purchase_id=told.purchase.pk, rating=5)
    assert why.value.code == "asset_not_handed_over"
    hand(told)
    close(actor=ppk, purchase_id=told.purchase.pk, rating=5)
    assert told.fresh().state == "CLOSED"


def test_by_the_page():
    told = capital()
    client = people.signed_in(told.appointment(Role.PPK))
    url = reverse("purchase-asset", args=[told.purchase.number])
    assert url in client.get(told.purchase.get_absolute_url()).text
    typed = {**KEEPER, "nip": "123", "revision": told.purchase.revision}
    assert client.post(url, typed).status_code == 422
    assert client.post(url, {**typed, "nip": ""}).status_code == 302
    assert url not in client.get(told.purchase.get_absolute_url()).text
