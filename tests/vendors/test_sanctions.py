"""Sanctions: by decree, for as long as the dated rule says, ended and undone by the clock, without touching orders."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.accounts.actors import Actor
from marketplace.accounts.roles import Role
from marketplace.audit.models import Entry
from marketplace.core import clock
from marketplace.core.transitions import Refused
from search.models import ListingCard
from tests import people
from tests.vendors import stalls
from vendors import actions, clockwork, queries
from vendors.actions import SanctionData
from vendors.actions.blacklist import import_blacklist
from vendors.models import BlacklistRow, Listing, Sanction, Vendor
from vendors.violations import last_day, violations

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def operator():
    return stalls.operation(Role.OPERATOR)


@pytest.fixture
def stall():
    return stalls.vendor()


def decree(violation: str = "order_unfulfilled", **said) -> SanctionData:
    today = clock.today()
    fields = {
        "violation": violation,
        "decree_number": f"SK-{violation}",
        "decree_date": today,
        "publisher": "Dinas Pendidikan",
        "starts": today,
    }
    if violations()[violation].kind == "DAFTAR_HITAM":
        fields |= {"decided_by": "PA Dinas Pendidikan", "noticed_on": today - timedelta(days=7)}
    return SanctionData(**{**fields, **said})


def imposed(operator, stall, violation: str = "order_unfulfilled", **said) -> Sanction:
    return actions.impose_sanction(actor=operator, vendor_id=stall.pk, data=decree(violation, **said))


def state_of(thing: Vendor | Sanction | Listing) -> str:
    return type(thing).objects.get(pk=thing.pk).state


def trace() -> tuple[object, ...]:
    states = list(Vendor.objects.order_by("pk").values_list("pk", "state"))
    sanctions = list(Sanction.objects.order_by("pk").values_list("pk", "state", "holds", "ends"))
    return Entry.objects.count(), states, sanctions


def refused(act: Callable[[], object], code: str) -> None:
    before = trace()
    with pytest.raises(Refused) as refusal:
        act()
    assert refusal.value.code == code
    assert trace() == before


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from([6, 12, 24]))
@settings(deadline=None)
def test_the_last_day_is_the_day_before_the_same_date(starts, months):
    end = last_day(starts, months)

    after = end + timedelta(days=1)
    assert (after.year * 12 + after.month) - (starts.year * 12 + starts.month) == months
    assert after.day == starts.day or (after.day < starts.day and (after + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("violation", "months", "state"),
    [
        ("order_unanswered", 12, "VERIFIED"),
        ("order_unfulfilled", 6, "SUSPENDED"),
        ("claims_untrue", 12, "VERIFIED"),
        ("withdrew", 12, "SUSPENDED"),
        ("collusion", 24, "SUSPENDED"),
    ],
)
def test_how_long_and_what_follows(operator, stall, violation, months, state):
    sanction = imposed(operator, stall, violation)

    assert sanction.ends == last_day(clock.today(), months)
    assert (state_of(stall), sanction.holds) == (state, state == "SUSPENDED")
    entry = Entry.objects.get(act="sanction.impose")
    assert (entry.facts["violation"], entry.facts["ends"]) == (violation, sanction.ends.isoformat())


@pytest.mark.parametrize(
    ("violation", "said", "code"),
    [
        ("order_unfulfilled", {"decree_number": " "}, "decree"),
        ("order_unfulfilled", {"publisher": ""}, "decree"),
        ("order_unfulfilled", {"starts": date(2100, 1, 1)}, "sanction_days"),
        ("order_unfulfilled", {"decree_date": date(2100, 1, 1)}, "sanction_days"),
        ("order_unfulfilled", {"starts": date(2020, 1, 1)}, "sanction_days"),
        ("order_unfulfilled", {"category_id": 1}, "sanction_category"),
        ("collusion", {"decided_by": ""}, "decided_by"),
        ("collusion", {"noticed_on": None}, "decided_by"),
        ("collusion", {"noticed_on": date(2100, 1, 1)}, "decided_by"),
    ],
)
def test_a_decree_that_cannot_be_is_refused(operator, stall, violation, said, code):
    refused(lambda: imposed(operator, stall, violation, **said), code)


def test_what_only_the_national_list_says_is_not_typed(operator, stall):
    refused(
        lambda: actions.impose_sanction(
            actor=operator, vendor_id=stall.pk, data=decree("national_list", decided_by="PA")
        ),
        "violation",
    )


def test_one_decree_once(operator, stall):
    imposed(operator, stall)

    refused(lambda: imposed(operator, stall), "sanction_known")
    known = Sanction.objects.get()
    known.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        known.save(force_insert=True)


@pytest.mark.parametrize("role", [Role.VENDOR, Role.CURATOR, Role.PPK, Role.PA, Role.AUDITOR])
def test_operators_record_sanctions(stall, role):
    refused(lambda: imposed(people.actor(role), stall), "wrong_role")


def test_another_regions_vendor_does_not_exist(stall):
    stranger = stalls.operation(Role.OPERATOR, people.region("D1", "Kabupaten Lain"))
    before = trace()

    with pytest.raises(Vendor.DoesNotExist):
        imposed(stranger, stall)
    assert trace() == before


def test_the_clock_reinstates_when_the_last_sanction_has_ended(operator, stall):
    stalls.listing(stall)
    six_months, two_years = imposed(operator, stall), imposed(operator, stall, "collusion")
    assert (two_years.holds, ListingCard.objects.count()) == (True, 0)

    for moment, expected in (
        (six_months.ends, "SUSPENDED"),
        (six_months.ends + timedelta(days=1), "SUSPENDED"),
        (two_years.ends, "SUSPENDED"),
        (two_years.ends + timedelta(days=1), "VERIFIED"),
    ):
        with clock.frozen(clock.now() + (moment - clock.today())):
            clockwork.tick()
            clockwork.tick()
        assert state_of(stall) == expected
    assert (state_of(six_months), state_of(two_years)) == ("ENDED", "ENDED")
    assert ListingCard.objects.count() == 1
    back = Entry.objects.get(act="vendor.reinstate")
    assert back.actor_role == "SYSTEM"
    assert not Sanction.objects.filter(holds=True).exists()


def test_who_was_suspended_without_a_decree_stays_so(operator, stall):
    actions.suspend_vendor(actor=operator, vendor_id=stall.pk, reason="Diperiksa lebih dahulu.")
    sanction = imposed(operator, stall)
    assert not sanction.holds
    with clock.frozen(clock.now() + timedelta(days=400)):
        clockwork.tick()
    assert (state_of(sanction), state_of(stall)) == ("ENDED", "SUSPENDED")

    actions.reinstate_vendor(
        actor=operator, vendor_id=stall.pk, reason="Pemeriksaan selesai, tidak terbukti."
    )
    assert state_of(stall) == "VERIFIED"


def test_a_later_suspension_without_a_decree_is_not_undone_by_an_old_sanction(operator, stall):
    imposed(operator, stall)
    with clock.frozen(clock.now() + timedelta(days=200)):
        clockwork.tick()
        actions.suspend_vendor(actor=operator, vendor_id=stall.pk, reason="Diperiksa lebih dahulu.")
        clockwork.tick()
        assert state_of(stall) == "SUSPENDED"


def test_nobody_reinstates_while_a_sanction_is_in_force(operator, stall):
    imposed(operator, stall)

    refused(
        lambda: actions.reinstate_vendor(
            actor=operator, vendor_id=stall.pk, reason="Sudah minta maaf dan berjanji."
        ),
        "sanction_in_force",
    )


def test_lifting_reinstates_when_nothing_else_holds(operator, stall):
    first, second = imposed(operator, stall), imposed(operator, stall, "withdrew")

    actions.lift_sanction(actor=operator, sanction_id=first.pk, reason="Surat keputusan dicabut.")
    assert state_of(stall) == "SUSPENDED"
    actions.lift_sanction(actor=operator, sanction_id=second.pk, reason="Surat keputusan dicabut.")
    assert (state_of(stall), state_of(second)) == ("VERIFIED", "LIFTED")


def test_a_sanctioned_registration_is_not_verified(operator):
    stall = stalls.vendor(verified=False)
    imposed(operator, stall, "false_documents")
    stalls.found_right(stall, operator)

    refused(lambda: actions.verify_vendor(actor=operator, vendor_id=stall.pk), "sanction_in_force")


def test_a_range_of_products_is_taken_down_and_kept_down(operator, stall):
    tree = stalls.categories()
    owner, curator = stalls.owner_of(stall), stalls.operation(Role.CURATOR)
    food = stalls.listing(stall)
    actions.add_image(actor=owner, listing_id=food.pk, content=stalls.picture())
    paper = stalls.listing(stall, "Kertas HVS A4", way="alat-tulis-kantor/kertas", kind="BARANG")
    sanction = imposed(operator, stall, "claims_untrue", category_id=tree["konsumsi"])
    clockwork.tick()

    assert (state_of(food), state_of(paper), state_of(stall)) == ("DELISTED", "LIVE", "VERIFIED")
    refused(lambda: actions.submit_listing(actor=owner, listing_id=food.pk), "product_barred")
    with clock.frozen(clock.now() + timedelta(days=366)):
        clockwork.tick()
        actions.submit_listing(actor=owner, listing_id=food.pk)
        stalls.found_right(food, curator)
        actions.approve_listing(actor=curator, listing_id=food.pk)
        clockwork.tick()
    assert (state_of(sanction), state_of(food)) == ("ENDED", "LIVE")


# -- the national list -------------------------------------------------------------------------------------------


HEADER = "npwp;nib;nama;nomor sk;pelanggaran;mulai;selesai;penerbit"


def listed(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode("utf-8-sig")


def row(nib: str = "", npwp: str = "", *, number: str = "SK-1", days: tuple[int, int] = (-10, 350)) -> str:
    today = clock.today()
    starts, ends = (today + timedelta(days=each) for each in days)
    return f"{npwp};{nib};PT Nakal;{number};Persekongkolan;{starts:%d/%m/%Y};{ends.isoformat()};Kementerian Contoh"


SYSTEM = Actor.system("uji")


def test_vendors_on_the_list_are_sanctioned_by_nib_npwp_or_the_owners_nik(stall):
    by_tax_number = stalls.vendor("Toko Kedua", npwp="0013456780930000", owner_nik="3171065208850009")
    by_owner = stalls.vendor("Toko Ketiga", npwp="0013456780940000", owner_nik="3273014501900004")
    report = import_blacklist(
        actor=SYSTEM,
        content=listed(
            row(stall.nib, number="SK-1"),
            row(npwp="0013456780930000", number="SK-2"),
            row(npwp="3273014501900004", number="SK-3"),
            row(nib="8120000000000", number="SK-4"),
        ),
    )

    assert (report.new, report.sanctioned, report.errors) == (4, 3, [])
    assert [state_of(each) for each in (stall, by_tax_number, by_owner)] == ["SUSPENDED"] * 3
    assert BlacklistRow.objects.filter(sanction=None).count() == 1


def test_importing_again_changes_only_what_changed(stall):
    import_blacklist(actor=SYSTEM, content=listed(row(stall.nib)))
    before = Sanction.objects.get().ends
    again = import_blacklist(actor=SYSTEM, content=listed(row(stall.nib)))
    assert (again.new, again.changed, again.same, again.sanctioned) == (0, 0, 1, 0)

    shorter = import_blacklist(actor=SYSTEM, content=listed(row(stall.nib, days=(-10, 100))))
    assert (shorter.changed, Sanction.objects.get().ends) == (1, before - timedelta(days=250))
    assert Entry.objects.filter(act="sanction.prolong").count() == 1
    with clock.frozen(clock.now() + timedelta(days=101)):
        clockwork.tick()
        clockwork.tick()
    assert state_of(stall) == "VERIFIED"


def test_a_dry_run_writes_nothing(stall):
    before = trace()
    report = import_blacklist(actor=SYSTEM, content=listed(row(stall.nib)), dry_run=True)

    assert (report.new, report.applied, BlacklistRow.objects.count()) == (1, False, 0)
    assert trace() == before


def test_wrong_lines_are_named_and_the_others_taken(stall):
    report = import_blacklist(
        actor=SYSTEM,
        content=listed(
            row(stall.nib), row(), row("123"), "x;;;;;;;", row(stall.nib, days=(5, 1), number="SK-9")
        ),
    )

    assert report.new == 1
    assert [fault.line for fault in report.errors] == [3, 4, 5, 6]
    assert str(report.errors[0]).startswith("Baris 3, kolom npwp: ")


def test_a_list_without_its_columns_is_refused():
    refused(lambda: import_blacklist(actor=SYSTEM, content=listed(header="a;b;c")), "list_columns")


def test_an_entry_that_begins_later_counts_from_its_day(stall):
    import_blacklist(actor=SYSTEM, content=listed(row(stall.nib, days=(5, 100))))
    clockwork.tick()
    assert state_of(stall) == "VERIFIED"
    with clock.frozen(clock.now() + timedelta(days=5)):
        clockwork.tick()
    assert state_of(stall) == "SUSPENDED"


def test_a_stranger_on_the_list_is_known_at_hand_in_and_taken_afterwards(operator):
    import_blacklist(actor=SYSTEM, content=listed(row(npwp="3171065208850001")))
    stall = stalls.completed(stalls.vendor(verified=False))
    refused(lambda: actions.verify_vendor(actor=operator, vendor_id=stall.pk), "blacklisted")
    assert not Sanction.objects.exists()
    clockwork.tick()
    assert Sanction.objects.get().vendor_id == stall.pk


def test_a_registration_on_the_list_is_not_handed_in_again(operator):
    stall = stalls.completed(stalls.vendor(verified=False))
    stalls.found_right(stall, operator, but="phone", reason="phone_unreachable")
    actions.reject_vendor(actor=operator, vendor_id=stall.pk)
    import_blacklist(actor=SYSTEM, content=listed(row(stall.nib)))

    owner = stalls.owner_of(stall)
    refused(lambda: actions.resubmit_vendor(actor=owner, vendor_id=stall.pk), "blacklisted")


def test_the_list_keeps_no_tax_number_in_the_clear(stall):
    import_blacklist(actor=SYSTEM, content=listed(row(npwp="3171065208850001")))

    kept = " ".join(str(value) for each in BlacklistRow.objects.values() for value in each.values())
    log = b"".join(bytes(entry.payload) for entry in Entry.objects.all())
    assert "3171065208850001" not in kept
    assert b"3171065208850001" not in log


def test_the_command(stall, tmp_path, capsys):
    path = tmp_path / "daftar.csv"
    path.write_bytes(listed(row(stall.nib)))

    call_command("import_blacklist", str(path), "--json", "--dry-run")
    assert json.loads(capsys.readouterr().out)["new"] == 1
    assert not BlacklistRow.objects.exists()
    call_command("import_blacklist", str(path))
    assert "1 penyedia terkena" in capsys.readouterr().out
    path.write_bytes(listed(row(stall.nib), "x;;;;;;;"))
    with pytest.raises(SystemExit) as ended:
        call_command("import_blacklist", str(path))
    assert ended.value.code == 3


def test_the_public_reads_decree_and_days_and_no_tax_number(operator, stall):
    imposed(operator, stall, "collusion")
    import_blacklist(actor=SYSTEM, content=listed(row(npwp="3273014501900004", number="SK-7")))

    rows = list(queries.public_blacklist())
    assert {each.decree for each in rows} == {"SK-collusion", "SK-7"}
    assert "3273014501900004" not in str(rows)
    assert queries.public_sanctions(stall).count() == 1
