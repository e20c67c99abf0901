"""A buyer's choice is kept as it was seen: recorded, believed only from its own buyer, checked again, compared."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from oscar.core.loading import get_model

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.core import clock
from search import actions
from search.choices.changes import changes
from search.choices.checking import checks_of, order_of_version_2
from search.choices.record import opened, record_of, sealed
from search.finding import TextFinder
from search.models import LineChoice, ListingCard, ShownAnswer
from search.question import Question
from tests import people
from tests.vendors import stalls

pytestmark = pytest.mark.django_db(transaction=True)
Line = get_model("basket", "Line")


@pytest.fixture
def goods():
    return [
        stalls.listing(stalls.vendor(f"Dapur {number}"), f"Nasi kotak ayam {number}", price=30_000 + number)
        for number in range(4)
    ]


@pytest.fixture
def buyer(goods):
    return people.appointment(Role.PP)


def seen(buyer, address: str = "/cari/?q=nasi+kotak") -> ShownAnswer:
    assert people.signed_in(buyer).get(address).status_code == 200
    return ShownAnswer.objects.latest("pk")


def record(question: Question, **told) -> dict:
    answer = TextFinder().find(question, regions=None)
    content = record_of(question, answer, at=clock.now())
    assert content is not None
    return {**content, **told}


def checks(content: dict) -> list[bool]:
    text, digest = sealed(content)
    return [check.holds for check in checks_of(text, digest, True)]


def test_what_a_buyer_is_shown_is_kept_and_leads_to_the_products(buyer, goods):
    page = people.signed_in(buyer).get("/cari/?q=nasi+kotak").content.decode()
    kept = ShownAnswer.objects.get()
    content = opened(kept.content)

    assert (kept.user_id, kept.organisation_id) == (buyer.user_id, buyer.organisation_id)
    assert [offer["product"] for offer in content["offers"]] == kept.products
    assert {offer["listing"] for offer in content["offers"]} == {listing.pk for listing in goods}
    assert f"-{goods[0].product_id}/?dari={kept.pk}" in page
    assert content["question"] == "?q=nasi+kotak"
    assert content["ranking"]["weights_version"] == "2026-2"


@pytest.mark.parametrize("role", [None, Role.VENDOR, Role.AUDITOR, Role.PA])
def test_nobody_else_is_followed(goods, role):
    client = people.signed_in(people.appointment(role)) if role else Client()
    page = client.get("/cari/?q=nasi+kotak").content.decode()

    assert "dari=" not in page
    assert not ShownAnswer.objects.exists()


def test_an_answer_without_hits_is_not_kept(buyer):
    people.signed_in(buyer).get("/cari/?q=zzqqxx")
    assert not ShownAnswer.objects.exists()


def test_a_basket_line_remembers_where_it_was_chosen(buyer, goods):
    client, shown = people.signed_in(buyer), seen(buyer)
    product = shown.products[2]
    page = client.get(f"{goods[0].get_absolute_url()}?dari={shown.pk}").content.decode()
    assert f'name="dari" value="{shown.pk}"' in page

    client.post("/keranjang/tambah/", {"product": product, "quantity": "10", "dari": str(shown.pk)})

    choice = LineChoice.objects.get()
    assert (choice.shown_id, choice.position, choice.line.product_id) == (shown.pk, 3, product)


def test_a_foreign_or_invented_answer_is_not_believed(buyer, goods):
    other = seen(people.appointment(Role.PP))
    mine = seen(buyer)
    hidden = stalls.listing(stalls.vendor("Dapur Kemudian"), "Nasi kotak baru")
    product = goods[0].product_id
    for told, wanted in ((other.pk, product), (10**15, product), (mine.pk, hidden.product_id)):
        actions.choose(actor=Actor.of(buyer), product_id=wanted, quantity=5, shown_in=told)
    people.signed_in(buyer).post("/keranjang/tambah/", {"product": product, "quantity": "5", "dari": "x'"})

    assert not LineChoice.objects.exists()
    assert Line.objects.count() == 2


def test_one_query_keeps_an_answer(buyer, assert_max_queries):
    question = Question(text="nasi kotak")
    answer = TextFinder().find(question, regions=None)
    with assert_max_queries(1):
        assert actions.keep_answer(actor=Actor.of(buyer), question=question, answer=answer)


@pytest.mark.parametrize("statement", ["UPDATE search_shownanswer SET content = ''"])
def test_the_database_lets_nobody_change_what_was_shown(buyer, statement):
    seen(buyer)
    with pytest.raises(DatabaseError, match="kept as it was"), transaction.atomic():
        ShownAnswer.objects.update(content="")
    assert ShownAnswer.objects.exclude(content="").exists()


def test_answers_that_led_to_nothing_are_forgotten(buyer, goods, frozen_clock):
    chosen = seen(buyer)
    actions.choose(actor=Actor.of(buyer), product_id=chosen.products[0], quantity=5, shown_in=chosen.pk)
    seen(buyer)
    with frozen_clock(clock.now() + timedelta(days=29)):
        assert actions.prune_answers() == 0
    with frozen_clock(clock.now() + timedelta(days=31)):
        assert actions.prune_answers() == 1
    assert list(ShownAnswer.objects.values_list("pk", flat=True)) == [chosen.pk]


@pytest.mark.parametrize(
    "question",
    [
        Question(text="nasi kotak"),
        Question(text="nasi kotak", sort="termurah"),
        Question(text="nasi kotak", sort="termahal"),
        Question(text="nasi kotak", sort="terbaru"),
        Question(),
        Question(text="nasi kotak", deliver_to="31.71"),
    ],
)
def test_the_order_follows_from_the_record_alone(goods, question):
    content = record(question)

    assert order_of_version_2(content) == [offer["listing"] for offer in content["offers"]]
    assert checks(content) == [True] * 5


def test_many_equals_are_turned_the_same_way_again(frozen_clock):
    for number in range(30):
        stalls.listing(stalls.vendor(f"Warung {number}"), "Snack box", way="konsumsi/snack")
    firsts = set()
    for day in range(4):
        with frozen_clock(clock.now() + timedelta(days=day)):
            for page in (1, 2):
                assert checks(record(Question(text="snack box", page=page))) == [True] * 5
            firsts.add(record(Question(text="snack box"))["offers"][0]["listing"])
    assert len(firsts) > 1


def test_further_offers_of_one_vendor_lose_what_the_rules_say_and_nobody_alters_that():
    stall = stalls.vendor()
    for number in range(30):
        stalls.listing(stall, f"Nasi kotak ayam {number}")
    stalls.listing(stalls.vendor("Dapur Lain"), "Nasi kotak ayam 30")
    for page in (1, 2):
        assert checks(record(Question(text="nasi kotak", page=page))) == [True] * 5
    content = record(Question(text="nasi kotak"))
    repeated = [offer["parts"]["repeated"] for offer in content["offers"]]
    assert min(repeated) < 0 == max(repeated)

    content["offers"][1]["parts"]["repeated"] += 1
    content["offers"][1]["points"] += 1
    assert not checks(content)[3]


def test_whatever_is_tampered_with_does_not_hold(goods):
    content = record(Question(text="nasi kotak"))
    text, digest = sealed(content)
    assert not checks_of(text.replace("30000", "20000"), digest, True)[0].holds
    assert not checks_of(text, digest, False)[1].holds

    swapped = json.loads(text)
    swapped["offers"].reverse()
    assert checks(swapped) == [True, True, True, True, False]
    swapped = json.loads(text)
    swapped["offers"][0]["parts"]["share"] += 20
    assert checks(swapped)[2:4] == [False, False]
    swapped["ranking"]["version"] = "99"
    assert not checks(swapped)[4]


def test_the_difference_with_today_is_told_in_words(goods):
    then = record(Question(text="nasi kotak"))
    first, second, third = (offer["listing"] for offer in then["offers"][:3])
    now = json.loads(json.dumps(then))
    now["offers"] = [offer for offer in now["offers"] if offer["listing"] != third]
    now["offers"][0]["price"] += 500
    now["offers"][1]["parts"]["share"] -= 3
    now["offers"][1]["points"] -= 3
    now["offers"].append({**now["offers"][0], "listing": 999, "position": 4, "title": "Nasi kotak baru"})

    told = {change.listing: change for change in changes(then, now, on_show={first, second})}

    assert told[first].kind == "changed"
    assert "→" in told[first].told[0]
    assert "pemerataan 10 → 7" in " ".join(told[second].told)
    assert (told[third].kind, told[999].kind) == ("left", "came")
    assert "Tidak lagi tayang" in told[third].told[0]
    assert all(change.kind == "left" for change in changes(then, None, on_show=set()))


def test_a_kept_answer_is_small(buyer, goods):
    for number in range(24):
        stalls.listing(stalls.vendor(f"Warung {number}"), f"Nasi kotak komplit lauk nomor {number}")
    kept = seen(buyer)
    assert len(kept.products) == 24
    assert len(kept.content) < 14_000
    assert ListingCard.objects.count() == 28
