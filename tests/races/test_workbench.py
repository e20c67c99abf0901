"""A page of the workbench that is sent twice, at once or later, makes one thing and one entry; changed, makes two."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from typing import Any

import pytest
from django.test import Client

from marketplace.audit.models import Entry
from procurement.oversight import actions
from procurement.oversight.actions.watching import acknowledge
from procurement.oversight.models import (
    Acknowledgement,
    CaseFile,
    CaseMember,
    Finding,
    FindingOrder,
    Recommendation,
    Sample,
    SampleItem,
)
from procurement.oversight.queries.orders import OrderFilters
from tests import people
from tests.oversight.audits import TEXT, WHY, Audit
from tests.oversight.conftest import own_folders as own_folders
from tests.purchasing import factories
from tests.races.test_purchases import all_at_once
from tests.settlement.orders import accepted

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SAID = {name: getattr(TEXT, name) for name in TEXT.__dataclass_fields__} | {"amount": "3.500.000"}
CLICKS = 4


@pytest.fixture
def audit() -> Audit:
    return Audit.of()


def leader(audit: Audit) -> Client:
    return people.signed_in(audit.appointed("LEADER"))


def word_on(client: Client, address: str) -> str:
    found = re.search(r'name="page_word" value="([^"]+)"', client.get(address).content.decode())
    assert found, f"{address} carries no word of its own"
    return unescape(found[1])


def clicked(audit: Audit, address: str, typed: Mapping[str, Any], *, times: int = CLICKS) -> set[str]:
    """Where the same form leads that is sent so often at the same moment, each from a connection of its own."""
    answers: list[str] = []

    def click(client: Client) -> None:
        answer = client.post(address, typed)
        assert answer.status_code == 302, answer.content.decode()[:2000]
        answers.append(str(answer.headers["Location"]))

    clients = [leader(audit) for _click in range(times)]
    assert all_at_once([lambda client=client: click(client) for client in clients]) == ["done"] * times  # type: ignore[misc]
    return set(answers)


def told(act: str) -> int:
    return Entry.objects.filter(act=act).count()


def test_one_page_makes_one_finding(audit: Audit) -> None:
    case = audit.case()
    address = f"/pemeriksaan/{case.pk}/temuan/"
    typed = SAID | {"page_word": word_on(leader(audit), address), "orders": ""}

    where = clicked(audit, address, typed)

    assert where == {Finding.objects.get().get_absolute_url()} and told("finding.draft") == 1
    assert clicked(audit, address, typed, times=1) == where, "sent again later, it leads to the same finding"
    clicked(audit, address, typed | {"title": "Judul yang ditulis ulang"}, times=1)
    assert Finding.objects.count() == 2, "a page that was changed and sent again means another finding"
    clicked(audit, address, SAID | {"page_word": word_on(leader(audit), address), "orders": ""}, times=1)
    assert Finding.objects.count() == 3, "a page opened anew means another finding, even with the same words"


def test_one_page_makes_one_recommendation(audit: Audit) -> None:
    case = audit.case()
    finding = actions.draft_finding(actor=audit["LEADER"], case_id=case.pk, text=TEXT)
    address = f"/temuan/{finding.pk}/rekomendasi/"
    typed = {"unit_id": audit.unit.pk, "text": "Setorkan ke kas daerah.", "amount_due": "1.000.000"}

    clicked(audit, address, typed | {"page_word": word_on(leader(audit), address)})

    assert Recommendation.objects.get().amount_due == 1_000_000 and told("recommendation.draft") == 1


@pytest.mark.parametrize("method", ["RANDOM", "MUS", "STRATIFIED"])
def test_one_page_draws_one_sample(audit: Audit, method: str) -> None:
    for _order in range(3):
        accepted(at=audit.unit)
    address = "/pemeriksaan/sampel/baru/"
    typed = {"unit": audit.unit.pk, "purpose": "Uji petik belanja", "method": method, "size": 2}
    typed["page_word"] = word_on(leader(audit), address)

    where = clicked(audit, address, typed)

    assert where == {Sample.objects.get().get_absolute_url()} and told("sample.draw") == 1
    assert SampleItem.objects.count() == Sample.objects.get().items.count() > 0
    assert clicked(audit, address, typed, times=1) == where


def test_another_person_with_the_same_word_draws_a_sample_of_his_own(audit: Audit) -> None:
    """The word of a page is no key to what somebody else made."""
    accepted(at=audit.unit)
    typed = {"purpose": "Uji petik belanja", "method": "RANDOM", "size": 1}
    typed["page_word"] = word_on(leader(audit), "/pemeriksaan/sampel/baru/")
    clicked(audit, "/pemeriksaan/sampel/baru/", typed, times=1)
    second = people.signed_in(audit.appointed("SECOND"))
    assert second.post("/pemeriksaan/sampel/baru/", typed).status_code == 302
    assert Sample.objects.count() == 2 == told("sample.draw")


def test_one_assignment_letter_opens_one_case_file(audit: Audit) -> None:
    typed = {"body": "APIP", "number": "700/1/ST", "title": "Pemeriksaan ATK", "units": [audit.unit.pk]}
    typed |= {"period_from": "2026-01-01", "period_to": "2026-09-30"}

    clicked(audit, "/pemeriksaan/baru/", typed)

    assert CaseFile.objects.count() == 1 == told("case_file.open")
    other = leader(audit).post("/pemeriksaan/baru/", typed | {"title": "Pemeriksaan lain"})
    assert other.status_code == 409 and "sudah dipakai" in other.content.decode()
    assert CaseFile.objects.count() == 1 == told("case_file.open")


def test_what_is_tied_marked_joined_and_examined_twice_is_told_once() -> None:
    office = factories.office()
    audit, order = Audit.of(office.package.organisation), factories.story(at=office).purchase
    case = audit.case()
    finding = actions.draft_finding(actor=audit["LEADER"], case_id=case.pk, text=TEXT)
    entry = Entry.objects.filter(aggregate_type="purchase", aggregate_id=str(order.pk)).latest("pk")
    sample = actions.draw_sample(
        actor=audit["LEADER"],
        purpose="Uji petik belanja",
        filters=OrderFilters(units=(audit.unit.pk,)),
        method="RANDOM",
        params={"size": 1},
    )
    item, second = sample.items.get(), audit.appointed("SECOND")
    repeated: dict[str, Callable[[], object]] = {
        "finding.link": lambda: actions.link_order(
            actor=audit["LEADER"], finding_id=finding.pk, number=order.number, entries=[entry.pk]
        ),
        "case_file.join": lambda: actions.add_member(
            actor=audit["LEADER"], case_id=case.pk, appointment_id=second.pk, duty="MEMBER"
        ),
        "entry.acknowledge": lambda: acknowledge(actor=audit["LEADER"], entry_id=entry.pk, remark="Dibaca."),
        "sample.attach": lambda: actions.attach_sample(
            actor=audit["LEADER"], sample_id=sample.pk, case_id=case.pk
        ),
        "sample.examine": lambda: actions.examine(
            actor=audit["LEADER"], item_id=item.pk, result="FINDING", note=WHY
        ),
    }
    for act, again in repeated.items():
        assert all_at_once([again] * CLICKS) == ["done"] * CLICKS, act
        assert told(act) == 1, act
    assert FindingOrder.objects.count() == 1 == finding.entries.count() == Acknowledgement.objects.count()
    assert CaseMember.objects.filter(case=case, user=second.user).count() == 1
