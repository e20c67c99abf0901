"""Programs of others read our books: beancount and hledger accept the text and report the balances that we hold.

beancount is GPL and runs as a program of its own. It is looked for in $BEANCOUNT_PATH or `var/peers/beancount`:

    python -m pip install --target var/peers/beancount beancount
"""

from __future__ import annotations

import csv
import io
import json
import os
import shutil
import subprocess
import sys
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from marketplace.core import clock
from marketplace.regulation.models import Region
from marketplace.workflow.door import doing
from procurement.settlement.ledger.accounts import AccountName as Name
from procurement.settlement.ledger.export import amount_of, name_of
from procurement.settlement.ledger.posting import Leg, credit, debit, post, reverse
from procurement.settlement.models import Account, AccountKind, Balance, Journal, Posting
from tests.settlement.conftest import evidence_for, region  # noqa: F401  a fixture
from tests.settlement.test_ledger import CLERK

pytestmark = [pytest.mark.peer, pytest.mark.django_db(transaction=True)]
BEGAN = datetime(2026, 10, 1, 8, tzinfo=clock.JAKARTA)
ORDERS = (
    "027/SP/EO/0000001/DC/X/2026",
    "027-SP-EO-0000001-DC-X-2026",
    "EO-2026-000002",
    'eo; aneh, | "nama"',
)
"""The first two become one name when slashes become dashes; the last has every mark the programs know."""
_READ = """
import json, sys
from beancount import loader
from beancount.core import data, inventory
entries, errors, _ = loader.load_file(sys.argv[1])
held = {}
for entry in entries:
    if isinstance(entry, data.Transaction):
        for leg in entry.postings:
            held.setdefault(leg.account, inventory.Inventory()).add_position(leg)
amounts = {name: str(each.get_currency_units("IDR").number) for name, each in held.items()}
print(json.dumps({"errors": [each.message for each in errors], "held": amounts}))
"""


def beancount(path: Path) -> dict[str, str]:
    """What beancount holds per account after reading the file without a complaint."""
    home = Path(os.environ.get("BEANCOUNT_PATH", settings.BASE_DIR / "var" / "peers" / "beancount"))
    if not (home / "beancount").is_dir():
        pytest.skip(f"beancount is not in {home}: python -m pip install --target {home} beancount")
    run = subprocess.run(
        [sys.executable, "-c", _READ, str(path)],
        env={**os.environ, "PYTHONPATH": str(home)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    told = json.loads(run.stdout)
    assert told["errors"] == []
    return dict(told["held"])


def hledger(path: Path) -> dict[str, str]:
    """What hledger holds per account after checking the file strictly."""
    program = shutil.which("hledger")
    if program is None:
        pytest.skip("hledger is not installed: apt install hledger")
    strict = [program, "-f", str(path), "check", "--strict"]
    subprocess.run(strict, capture_output=True, text=True, check=True, timeout=60)
    flat = [program, "-f", str(path), "balance", "--flat", "--no-total", "--empty", "-O", "csv"]
    run = subprocess.run(flat, capture_output=True, text=True, check=True, timeout=60)
    rows = csv.DictReader(io.StringIO(run.stdout))
    return {row["account"]: row["balance"].split()[0] for row in rows}


PEERS = {"beancount": beancount, "hledger": hledger}


def ours(region_id: int | None = None) -> dict[str, str]:
    """Our balances under the names of the text."""
    found = Balance.objects.select_related("account")
    if region_id is not None:
        found = found.filter(account__region_id=region_id)
    return {name_of(each.account): amount_of(each.amount) for each in found if each.amount}


def held_by(form: str, path: Path, **options: object) -> dict[str, str]:
    """Export, let the program read, and leave out accounts that hold nothing."""
    call_command("export_ledger", format=form, out=str(path), **options)
    told = PEERS[form](path)
    return {name: _plain(amount) for name, amount in told.items() if _plain(amount) != "0.00"}


def _plain(amount: str) -> str:
    whole, _point, rest = amount.partition(".")
    return f"{whole}.{rest.ljust(2, '0')[:2]}" if whole not in {"", "-"} else amount


def busy_books(at: Region) -> None:
    """Captures with odd sen, a fee, a reversal and a release of several orders over several days."""
    for number, order in enumerate(ORDERS):
        with clock.frozen(BEGAN + timedelta(days=number)):
            _capture(at, order, 2_086_800_000 + number)
            _release(at, order, 1_000_000 + number)
    with clock.frozen(BEGAN + timedelta(days=9)), doing(actor=CLERK) as deed:
        reverse(deed, Journal.objects.get(idem_key=f"fee:{ORDERS[0]}"), memo='salah "biaya" ; \\ lihat, 7')


def _capture(at: Region, order: str, sen: int) -> None:
    with doing(actor=CLERK) as deed:
        post(
            deed,
            Posting.CAPTURE,
            f"capture:{order}",
            [
                Leg(Name(AccountKind.PROVIDER_CLEARING, at.pk), sen),
                Leg(Name(AccountKind.ESCROW, at.pk, order), -sen),
            ],
            region_id=at.pk,
            purchase=order,
            evidence=evidence_for(at, order, sen // 100),
            memo=f"dana {order}",
        )
        post(
            deed,
            Posting.FEE,
            f"fee:{order}",
            [
                Leg(Name(AccountKind.FEE_EXPENSE, at.pk), 12_345),
                Leg(Name(AccountKind.PROVIDER_CLEARING, at.pk), -12_345),
            ],
            region_id=at.pk,
            purchase=order,
        )


def _release(at: Region, order: str, rupiah: int) -> None:
    with doing(actor=CLERK) as deed:
        post(
            deed,
            Posting.RELEASE,
            f"release:{order}",
            [
                debit(Name(AccountKind.ESCROW, at.pk, order), rupiah),
                credit(Name(AccountKind.VENDOR_PAYABLE, at.pk, order), rupiah - 500),
                credit(Name(AccountKind.TAX_PAYABLE, at.pk, tax_code="PPH22_PL"), 500),
            ],
            region_id=at.pk,
            purchase=order,
        )


@pytest.mark.parametrize("form", PEERS)
def test_the_program_holds_what_we_hold_to_the_sen(form: str, region: Region, tmp_path: Path) -> None:  # noqa: F811
    busy_books(region)
    text = tmp_path / "buku.txt"
    assert held_by(form, text) == ours()
    assert len(ours()) > 8 and any("." in each and not each.endswith("00") for each in ours().values())
    written = text.read_text()
    assert f"fee:{ORDERS[0]}" in written and "evidence" in written and "reverses" in written


@pytest.mark.parametrize("form", PEERS)
def test_a_span_opens_with_what_was_there_and_ends_with_the_same(
    form: str,
    region: Region,  # noqa: F811
    tmp_path: Path,
) -> None:
    busy_books(region)
    whole = held_by(form, tmp_path / "semua.txt")
    assert held_by(form, tmp_path / "sejak.txt", since=date(2026, 10, 3)) == whole
    early = held_by(form, tmp_path / "awal.txt", until=date(2026, 10, 2))
    assert early != whole and not any("EO-2026-000002" in name for name in early)
    part = held_by(form, tmp_path / "bagian.txt", since=date(2026, 10, 2), until=date(2026, 10, 2))
    assert part == early


@pytest.mark.parametrize("form", PEERS)
def test_only_the_region_s_own_books_are_told(form: str, region: Region, tmp_path: Path) -> None:  # noqa: F811
    busy_books(region)
    other = Region.objects.create(klpd_code="T888", name="Lain", kind="PROVINSI")
    _capture(other, "EO-2026-000009", 77_700)
    told = held_by(form, tmp_path / "satu.txt", region=region.klpd_code)
    assert told == ours(region.pk) and told != ours()


@pytest.mark.parametrize("form", PEERS)
def test_a_changed_figure_is_found_by_the_program(form: str, region: Region, tmp_path: Path) -> None:  # noqa: F811
    busy_books(region)
    text = tmp_path / "buku.txt"
    call_command("export_ledger", format=form, out=str(text))
    assert "20868000.01" in text.read_text()
    text.write_text(text.read_text().replace("20868000.01", "20868000.02", 1))
    with pytest.raises((AssertionError, subprocess.CalledProcessError)):
        PEERS[form](text)


@pytest.mark.parametrize("form", PEERS)
def test_empty_books_are_a_text_too(form: str, db: None, tmp_path: Path) -> None:
    assert Account.objects.count() == 0 and held_by(form, tmp_path / "kosong.txt") == {}
