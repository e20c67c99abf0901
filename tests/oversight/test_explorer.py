"""The explorer finds orders and entries by every filter, page by page, and gives all of them as a table."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from marketplace.accounts.roles import Role
from marketplace.audit.queries import readable_by
from marketplace.core import clock
from marketplace.core.money import rupiah
from procurement.oversight.queries import explorer
from procurement.oversight.queries.orders import OrderFilters
from procurement.purchasing.models import Flag
from tests import people
from tests.oversight.audits import Audit
from tests.purchasing import factories
from tests.redflags.flags import raised

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/pemeriksaan/jelajah/"


class Ground:
    """Two orders of two units in one region, one of them flagged, and an auditor."""

    def __init__(self) -> None:
        self.first, self.second = factories.story("ORDERED"), factories.story()
        self.audit = Audit.of(self.first.purchase.organisation)
        self.client: Client = people.signed_in(self.audit.appointed("LEADER"))
        self.actor = self.audit["LEADER"]
        Flag.objects.create(
            purchase=self.second.purchase,
            region=self.second.purchase.region,
            organisation=self.second.purchase.organisation,
            code="ID09",
            rung="",
            moment="SUBMISSION",
            consequence="EXPLAIN",
            at=clock.now(),
            sentence="Contoh",
            evidence={},
            values={},
            legal_basis="Contoh",
        )

    def numbers(self, **asked: Any) -> set[str]:
        """Which of the two orders a page shows."""
        page = self.client.get(PAGE, asked)
        assert page.status_code == 200
        shown = page.content.decode()
        return {
            name
            for name, told in (("first", self.first), ("second", self.second))
            if f"/pemeriksaan/pesanan/{told.purchase.number}/" in shown
        }


@pytest.fixture
def ground() -> Ground:
    return Ground()


def test_every_filter_finds_its_orders(ground: Ground) -> None:
    first, second = ground.first.purchase, ground.second.purchase
    both, tomorrow = {"first", "second"}, clock.today() + timedelta(days=1)
    assert ground.numbers() == both
    assert ground.numbers(unit=first.organisation_id) == {"first"}
    assert ground.numbers(status=second.state) == {"second"}
    assert ground.numbers(peringatan="ID09") == {"second"}
    assert ground.numbers(nilai_dari=first.total, nilai_sampai=first.total) >= {"first"}
    assert ground.numbers(nilai_dari=10**12) == set()
    assert ground.numbers(dari=clock.today().isoformat()) == both
    assert ground.numbers(dari=tomorrow.isoformat()) == set()
    assert first.ppk is not None
    assert ground.numbers(pejabat=first.ppk.user.name) == {"first"}
    assert ground.numbers(penyedia="tidak ada yang bernama begini") == set()
    assert ground.numbers(penyedia=second.vendor.organisation.name[:6]) >= {"second"}
    wrong = ground.client.get(PAGE, {"dari": tomorrow.isoformat(), "sampai": clock.today().isoformat()})
    assert wrong.status_code == 400


def test_a_page_tells_how_many_fit_and_their_sum(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = ground.first.purchase, ground.second.purchase

    def told(**asked: Any) -> str:
        page = ground.client.get(PAGE, asked).content.decode()
        assert ">Hapus saringan</a>" in page and ">Batal</a>" not in page
        return page.partition('role="status">')[2].partition("<")[0]

    assert told() == f"2 pesanan, {rupiah(first.total + second.total)}"
    assert told(unit=first.organisation_id) == f"1 pesanan, {rupiah(first.total)}"
    whole = readable_by(ground.actor).count()
    assert told(lihat="catatan") == f"{whole} catatan"
    about = readable_by(ground.actor).filter(aggregate_type="purchase", aggregate_id=str(second.pk)).count()
    assert told(lihat="catatan", peringatan="ID09") == f"{about} catatan"
    monkeypatch.setattr(explorer, "ORDERS_COUNTED", 1)
    monkeypatch.setattr(explorer, "ENTRIES_COUNTED", whole - 1)
    assert told() == "Lebih dari 1 yang cocok"
    assert told(lihat="catatan") == f"Lebih dari {whole - 1} yang cocok"


def test_flags_found_over_many_orders_count_as_those_of_the_act(ground: Ground) -> None:
    raised(ground.first.purchase)
    assert ground.numbers(peringatan="ID05") == {"first"}
    assert ground.numbers(peringatan="*") == {"first", "second"}
    rows, _older = explorer.order_page(ground.actor, OrderFilters(), before=None)
    assert {row.purchase.number: [code for code, _title in row.flags] for row in rows} == {
        ground.first.purchase.number: ["ID05"],
        ground.second.purchase.number: ["ID09"],
    }
    story = ground.client.get(f"/pemeriksaan/pesanan/{ground.first.purchase.number}/").content.decode()
    assert "harga tengah 6 bulan" in story and "/tanda-bahaya/" in story


def test_entries_are_found_by_order_act_officer_and_flag(ground: Ground) -> None:
    def acts(act: str = "", **told: Any) -> set[tuple[str, str]]:
        rows, _older = explorer.entry_page(ground.actor, OrderFilters(**told), act, before=None)
        return {(row.number, row.line.entry.act) for row in rows}

    first, second = ground.first.purchase, ground.second.purchase
    assert {number for number, _act in acts(units=(first.organisation_id,))} == {first.number}
    assert acts("purchase.approve") == {(first.number, "purchase.approve")}
    assert {number for number, _act in acts("purchase", flag="ID09")} == {second.number}
    found = acts(officers=(first.ppk_user_id,))
    assert found and {number for number, _act in found} <= {first.number, ""}
    assert acts(until=clock.today() - timedelta(days=1)) == set()


def test_pages_follow_by_key_and_lose_nothing(ground: Ground, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explorer, "PAGE", 3)
    first = ground.first.purchase
    known = readable_by(ground.actor).order_by("-pk").values_list("pk", flat=True)
    of_one = known.filter(aggregate_type="purchase", aggregate_id=str(first.pk))
    unit = OrderFilters(units=(first.organisation_id,))
    for filters, few, wanted in ((OrderFilters(), 9, known), (unit, 9, of_one), (unit, 0, of_one)):
        monkeypatch.setattr(
            explorer, "_FEW", few
        )  # entries are found from the orders, or the other way round
        rows, before = explorer.entry_page(ground.actor, filters, "", before=None)
        seen = [row.line.entry.pk for row in rows]
        while before is not None:
            rows, before = explorer.entry_page(ground.actor, filters, "", before=before)
            seen += [row.line.entry.pk for row in rows]
        assert seen == list(wanted)
    orders, _older = explorer.order_page(ground.actor, OrderFilters(), before=None)
    assert [row.purchase.pk for row in orders] == sorted((row.purchase.pk for row in orders), reverse=True)
    page = ground.client.get(PAGE, {"lihat": "catatan", "perbuatan": "purchase"})
    assert "sebelum=" in page.content.decode() and "perbuatan=purchase" in page.content.decode()


def test_the_whole_result_streams_as_a_table_without_names_of_persons(ground: Ground) -> None:
    for asked, heads in (({}, "nomor"), ({"lihat": "catatan"}, "catatan")):
        response: Any = ground.client.get(PAGE, {**asked, "bentuk": "csv"})
        assert response.streaming
        told = b"".join(response.streaming_content).decode()
        rows = list(csv.reader(io.StringIO(told), delimiter=";"))
        assert rows[0][0] == heads and len(rows) > 2
        officer = ground.first.purchase.ppk
        assert officer is not None and officer.user.name not in told


def test_the_tables_tell_what_the_pages_tell(ground: Ground) -> None:
    entry = readable_by(ground.actor).filter(act="purchase.submit").latest("pk")
    number = ground.second.purchase.number
    rows = _table(ground.client, {"lihat": "catatan"})
    told = next(each for each in rows if each["catatan"] == str(entry.pk))
    assert f"mengajukan pesanan {number} kepada" in told["peristiwa"] and "…" not in told["peristiwa"]
    assert told["peristiwa"].startswith(f"{told['peran']} {told['organisasi']} ")
    assert told["waktu (WIB)"] == f"{entry.at.astimezone(clock.JAKARTA):%Y-%m-%d %H:%M:%S}"
    assert told["tentang"] == f"Pesanan {entry.aggregate_id}" and told["pengguna"] == str(entry.user_id)
    flagged = {each["nomor"]: each["peringatan"] for each in _table(ground.client, {})}
    page = ground.client.get(PAGE).context["rows"]
    for row in page:
        assert flagged[row.purchase.number] == ", ".join(f"{code} {title}" for code, title in row.flags)
    assert any(flagged.values())


def _table(client: Client, asked: dict[str, str]) -> list[dict[str, str]]:
    response: Any = client.get(PAGE, {**asked, "bentuk": "csv"})
    told = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(told), delimiter=";"))


def test_pages_are_flat_in_rows(ground: Ground, assert_flat_in_rows: Any) -> None:
    more = lambda: [factories.story() for _n in range(2)]  # noqa: E731
    for asked in ({}, {"lihat": "catatan"}, {"lihat": "catatan", "peringatan": "*", "unit": ""}):
        assert_flat_in_rows(lambda asked=asked: ground.client.get(PAGE, asked), more)


def test_only_auditors_enter_and_only_their_region(ground: Ground) -> None:
    operator = people.signed_in(people.appointment(Role.OPERATOR))
    assert operator.get(PAGE).status_code == 403
    elsewhere = people.signed_in(
        people.appointment(
            Role.AUDITOR, people.organisation("AUDITOR_BODY", in_region=people.region("D001", "Lain"))
        )
    )
    assert ground.first.purchase.number not in elsewhere.get(PAGE).content.decode()
    assert elsewhere.get(f"/pemeriksaan/pesanan/{ground.first.purchase.number}/").status_code == 404
