"""Batches of transfers: each its own act, two persons, the same file every time, sent together or not at all."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry as LogEntry
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from marketplace.regulation.models import Parameter, Region
from marketplace.regulation.queries import forget_rules
from procurement.settlement.actions import (
    approve_batch,
    cancel_batch,
    cancel_payout,
    download_batch,
    hold_payout,
    make_batch,
    prepare_payout,
    send_batch,
    send_payout,
)
from procurement.settlement.ledger.proving import reckon
from procurement.settlement.models import Payout, PayoutBatch
from procurement.settlement.payout_files import FORMATS
from tests import people
from tests.fakes.stripe import FakeStripe
from tests.settlement.orders import Case
from tests.settlement.test_gateway import NET
from tests.settlement.test_pages import browser, page, submit
from tests.settlement.test_payouts import auditor, everything, in_books, new_account, only, owed, slip

pytestmark = pytest.mark.django_db(transaction=True)
Budget = Callable[[int], AbstractContextManager[Any]]
SOURCE = {"name": "Bendahara Dinas Contoh", "bank": "111", "account": "1020304050"}


@pytest.fixture
def cases(stripe: FakeStripe) -> Iterator[list[Case]]:
    """Three paid orders of one unit whose region has named its own account."""
    first = owed(stripe)
    rule(first.purchase.region, "payout.source_account", SOURCE)
    yield [first, *(owed(stripe, at=first.purchase.organisation) for _n in range(2))]
    forget_rules()


def rule(region: Region, code: str, value: object) -> None:
    Parameter.objects.create(
        code=code,
        region=region,
        value=value,
        unit="uji",
        valid_from=date(2026, 1, 1),
        legal_basis="Keputusan kepala daerah, contoh",
        state=Parameter.State.ACTIVE,
    )
    forget_rules()


def staff(cases: list[Case]) -> tuple[Actor, Actor]:
    """The treasurer and the checker of the first order: both of the unit of all."""
    return cases[0].treasurer, cases[0].verifier


def gathered(cases: list[Case]) -> PayoutBatch:
    maker, _checker = staff(cases)
    return make_batch(actor=maker, payout_ids=[only(case).pk for case in cases]).batch


def refused(act: Callable[[], Any]) -> str:
    """The code of the refusal; nothing changed and nothing was written."""
    before = (everything(), list(PayoutBatch.objects.order_by("pk").values()))
    with pytest.raises(Refused) as refusal:
        act()
    assert (everything(), list(PayoutBatch.objects.order_by("pk").values())) == before
    return refusal.value.code


def test_three_transfers_go_to_the_bank_in_one_file_and_are_proved_one_by_one(cases: list[Case]) -> None:
    maker, checker = staff(cases)
    batch = gathered(cases)
    assert set(Payout.objects.values_list("state", "prepared_by_id")) == {("DRAFT", maker.user_id)}
    result = approve_batch(actor=checker, batch_id=batch.pk)
    assert (result.done, result.refusals) == (3, [])
    batch.refresh_from_db()
    assert (batch.state, batch.count, batch.control_sum) == ("APPROVED", 3, 3 * NET)
    assert refused(lambda: send_batch(actor=maker, batch_id=batch.pk)) == "batch.not_downloaded"
    download_batch(actor=maker, batch_id=batch.pk, form="pain.001.001.03")
    assert all(in_books(case) == (NET * 100, 0) for case in cases), "a download sends nothing"
    send_batch(actor=maker, batch_id=batch.pk)
    assert all(in_books(case) == (0, NET * 100) for case in cases)
    assert refused(lambda: send_batch(actor=maker, batch_id=batch.pk)) == "wrong_state"
    for number, case in enumerate(cases):
        slip(case, f"TRF-{number}")
    assert set(Payout.objects.values_list("state", flat=True)) == {"SETTLED"} and reckon().sound


def test_a_refused_transfer_is_named_and_left_out_and_the_rest_goes_on(cases: list[Case]) -> None:
    maker, checker = staff(cases)
    batch = gathered(cases)
    changed = only(cases[1])
    new_account(cases[1])
    result = approve_batch(actor=checker, batch_id=batch.pk)
    assert result.done == 2
    ((reference, sentence),) = result.refusals
    assert reference == changed.reference and "Rekening penyedia berubah" in sentence
    changed.refresh_from_db()
    assert (changed.state, changed.batch_id) == ("DRAFT", None)
    told = LogEntry.objects.get(act="payout_batch.approve").facts
    assert (told["count"], told["left_out"]) == (2, [changed.reference])
    rows = lines(download_batch(actor=maker, batch_id=batch.pk, form="csv").content)
    assert changed.reference not in {row["rujukan"] for row in rows}


def lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def test_two_persons_and_only_one_s_own_unit(cases: list[Case]) -> None:
    maker, checker = staff(cases)
    batch = gathered(cases)
    assert refused(lambda: approve_batch(actor=maker, batch_id=batch.pk)) == "wrong_role"
    stranger = people.actor(Role.PPK_SKPD)
    with pytest.raises(PayoutBatch.DoesNotExist):
        approve_batch(actor=stranger, batch_id=batch.pk)
    with pytest.raises(Payout.DoesNotExist):
        make_batch(actor=people.actor(Role.TREASURER), payout_ids=[only(cases[0]).pk])
    as_maker = Actor(maker.user_id, maker.name, Role.PPK_SKPD, checker.organisation_id, "", checker.region_id)
    assert refused(lambda: approve_batch(actor=as_maker, batch_id=batch.pk)) == "batch.same_person"
    assert refused(lambda: send_payout(actor=maker, payout_id=only(cases[0]).pk)) == "wrong_state"
    assert (
        refused(lambda: cancel_payout(actor=maker, payout_id=only(cases[0]).pk, reason="x"))
        == "payout.in_batch"
    )


def test_the_same_batch_is_the_same_file_whenever_it_is_taken(cases: list[Case]) -> None:
    maker, checker = staff(cases)
    batch = gathered(cases)
    assert refused(lambda: download_batch(actor=maker, batch_id=batch.pk, form="csv")) == "batch.not_approved"
    approve_batch(actor=checker, batch_id=batch.pk)
    assert refused(lambda: download_batch(actor=maker, batch_id=batch.pk, form="xls")) == "batch.format"
    for form in FORMATS:
        first = download_batch(actor=maker, batch_id=batch.pk, form=form)
        new_numbers = [download_batch(actor=maker, batch_id=batch.pk, form=form) for _n in range(2)]
        assert {each.content for each in new_numbers} == {first.content}
    before = download_batch(actor=maker, batch_id=batch.pk, form="pain.001.001.09").content
    for case in cases:
        new_account(case)
    send_batch(actor=maker, batch_id=batch.pk)
    slip(cases[0])
    assert download_batch(actor=maker, batch_id=batch.pk, form="pain.001.001.09").content == before
    taken = LogEntry.objects.filter(act="payout_batch.download")
    assert taken.count() == 11 and b"9988776655" not in before
    assert "12345" not in str([each.facts for each in taken]), "no account number in the log"
    rows = lines(download_batch(actor=maker, batch_id=batch.pk, form="csv").content)
    assert (rows[-1]["nama"], rows[-1]["nilai"]) == ("3", str(3 * NET))
    assert sum(int(row["nilai"]) for row in rows[:-1]) == 3 * NET


def test_what_is_held_after_approval_stops_the_file_and_the_sending(cases: list[Case]) -> None:
    maker, checker = staff(cases)
    batch = gathered(cases)
    approve_batch(actor=checker, batch_id=batch.pk)
    download_batch(actor=maker, batch_id=batch.pk, form="csv")
    hold_payout(actor=auditor(cases[0]), payout_id=only(cases[0]).pk, reason="sedang diperiksa")
    assert refused(lambda: download_batch(actor=maker, batch_id=batch.pk, form="csv")) == "batch.changed"
    assert refused(lambda: send_batch(actor=maker, batch_id=batch.pk)) == "payout.held"
    assert refused(lambda: cancel_batch(actor=maker, batch_id=batch.pk)) == "batch.downloaded"
    cancel_batch(actor=checker, batch_id=batch.pk)
    again = make_batch(actor=maker, payout_ids=[only(case).pk for case in cases])
    assert again.done == 2 and "ditahan auditor" in again.refusals[0][1]


def test_a_batch_has_its_limits(cases: list[Case]) -> None:
    maker, _checker = staff(cases)
    pks = [only(case).pk for case in cases]
    assert refused(lambda: make_batch(actor=maker, payout_ids=[])) == "batch.empty"
    rule(cases[0].purchase.region, "payout.batch_max", 2)
    assert refused(lambda: make_batch(actor=maker, payout_ids=pks)) == "batch.too_many"
    first = make_batch(actor=maker, payout_ids=pks[:2]).batch
    with pytest.raises(Refused) as nothing:
        make_batch(actor=maker, payout_ids=pks[:2])
    assert nothing.value.code == "batch.nothing_taken"
    assert set(Payout.objects.exclude(batch=None).values_list("batch_id", flat=True)) == {first.pk}


def test_a_region_without_an_account_of_its_own_sends_nothing(stripe: FakeStripe) -> None:
    case = owed(stripe)
    batch = make_batch(actor=case.treasurer, payout_ids=[only(case).pk]).batch
    with pytest.raises(Refused) as refusal:
        approve_batch(actor=case.verifier, batch_id=batch.pk)
    assert refusal.value.code == "batch.no_source"
    batch.refresh_from_db()
    assert batch.state == "DRAFT"


# ── over HTTP ────────────────────────────────────────────────────────────────────────────────────────────────────
def test_by_clicks_from_the_list_to_the_bank(cases: list[Case]) -> None:
    treasurer = browser(cases[0], Role.TREASURER)
    checker = browser(cases[0], Role.PPK_SKPD)
    assert page(treasurer, "payouts").count('name="transfer"') == 3
    pks = [only(case).pk for case in cases]
    submit(treasurer, "payout-batch-make", transfer=pks)
    batch = PayoutBatch.objects.get()
    assert "Setujui Rp55.554.000" in page(checker, "payout-batch", batch.pk)
    submit(checker, "payout-batch-approve", batch.pk)
    answer = treasurer.post(reverse("payout-batch-file", args=[batch.pk]), {"format": "pain.001.001.03"})
    assert answer.status_code == 200 and b"<NbOfTxs>3</NbOfTxs>" in answer.content
    assert b"<CtrlSum>55554000.00</CtrlSum>" in answer.content
    assert f"{batch.reference}.xml" in answer["Content-Disposition"]
    submit(treasurer, "payout-batch-send", batch.pk)
    assert page(treasurer, "payouts").count('name="transfer"') == 0
    back = reverse("payouts") + "?status=bank"
    assert treasurer.get(back).content.decode().count("Dikirim ke bank") >= 3
    submit(treasurer, "payout-return", pks[0], reason="rekening tutup")
    told = page(browser(cases[0], Role.VENDOR), "vendor-money")
    assert "dikembalikan bank: rekening tutup" in told
    assert "rekening tutup" in page(treasurer, "payment", cases[0].purchase.number)


def test_the_auditor_holds_and_lets_go_by_clicks(cases: list[Case]) -> None:
    office = people.organisation(people.KIND_OF_ROLE[Role.AUDITOR], in_region=cases[0].purchase.region)
    watcher = people.signed_in(people.appointment(Role.AUDITOR, office))
    payout = only(cases[0])
    assert "Tahan transfer" in page(watcher, "payout", payout.pk)
    assert "error-summary" in submit(watcher, "payout-hold", payout.pk, status=422, reason="")
    assert "paling sedikit 10 huruf" in submit(watcher, "payout-hold", payout.pk, status=409, reason="pendek")
    asked, order = page(watcher, "payout-hold", payout.pk), cases[0].purchase
    for told in (
        order.number,
        order.vendor.name,
        rupiah(payout.amount),
        "PPK-SKPD membacanya",
        "Tahan transfer</button>",
    ):
        assert told in asked, told
    submit(watcher, "payout-hold", payout.pk, reason="BAST diragukan")
    assert "BAST diragukan" in page(browser(cases[0], Role.TREASURER), "payout", payout.pk)
    assert "Siapkan transfer" not in page(
        browser(cases[0], Role.TREASURER), "payment", cases[0].purchase.number
    )
    assert "paling sedikit 10 huruf" in submit(watcher, "payout-let-go", payout.pk, status=409, reason="ok")
    assert "BAST diragukan" in page(watcher, "payout-let-go", payout.pk)
    submit(watcher, "payout-let-go", payout.pk, reason="sudah jelas")
    prepare_payout(actor=cases[0].treasurer, payout_id=payout.pk)


def test_strangers_find_no_transfer(cases: list[Case]) -> None:
    batch = gathered(cases)
    payout = only(cases[0])
    for role in (Role.TREASURER, Role.PPK_SKPD):
        stranger = people.signed_in(people.appointment(role))
        page(stranger, "payout", payout.pk, status=404)
        page(stranger, "payout-batch", batch.pk, status=404)
        assert payout.reference not in page(stranger, "payouts")
    page(browser(cases[0], Role.VENDOR), "payouts", status=403)
    page(browser(cases[0], Role.VENDOR), "payout", payout.pk, status=403)


def test_lists_cost_the_same_for_one_and_for_many(
    cases: list[Case],
    stripe: FakeStripe,
    assert_max_queries: Budget,
    assert_flat_in_rows: Callable[..., None],
) -> None:
    client = browser(cases[0], Role.TREASURER)
    batch = gathered(cases)
    page(client, "payouts")
    for name, args in (("payouts", ()), ("payout", (only(cases[0]).pk,)), ("payout-batch", (batch.pk,))):
        with assert_max_queries(14):
            page(client, name, *args)
    assert_flat_in_rows(
        lambda: page(client, "payouts"), lambda: owed(stripe, at=cases[0].purchase.organisation)
    )
