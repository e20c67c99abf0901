"""Flags of every state about an order, for pages: raised by a finding as a rule would tell it."""

from __future__ import annotations

from collections.abc import Mapping

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Organisation
from marketplace.accounts.roles import Role
from procurement.purchasing.models import Purchase
from procurement.redflags import actions
from procurement.redflags.finding import Finding
from procurement.redflags.models import RedFlag
from procurement.redflags.rules import RULES
from tests import people

REASON = "sudah diperiksa bersama dokumen pesanannya"
QUESTION = "Mengapa harganya jauh di atas pembelian lain pada bulan-bulan sebelumnya?"
ANSWER = "Barangnya bersertifikat TKDN 42 % dan dikirim ke tiga pulau; lihat dokumen penawaran."


def dear(purchase: Purchase, price: int = 73_000) -> Finding:
    """A price above those of others, for an order."""
    return Finding(
        rule="ID05",
        rule_version=RULES["ID05"].version,
        purchase_id=purchase.pk,
        vendor_id=purchase.vendor_id,
        organisation_id=purchase.organisation_id,
        score=122,
        sentence="Harga satuan Rp73.000 per rim untuk KBKI 3212913; harga tengah 6 bulan sebelumnya Rp52.000.",
        legal_basis="Perpres 16/2018 Pasal 6 (efisien) dan Pasal 26",
        inputs={
            "price": price,
            "median": 52_000,
            "kbki": "3212913",
            "unit": "rim",
            "lines": 14,
            "vendors": 5,
        },
        values=RULES["ID05"].values(purchase.region_id),
    )


def raised(purchase: Purchase, price: int = 73_000) -> RedFlag:
    """A new flag about an order."""
    actions.raise_flags(region_id=purchase.region_id, found=[dear(purchase, price)])
    return RedFlag.objects.get(purchase=purchase, rule="ID05", state="NEW")


def auditor_of(purchase: Purchase) -> Actor:
    """An auditor of the order's region."""
    body = people.organisation(people.KIND_OF_ROLE[Role.AUDITOR], in_region=purchase.region)
    return Actor.of(people.appointment(Role.AUDITOR, body))


def asked(purchase: Purchase, auditor: Actor | None = None) -> RedFlag:
    """A flag about an order whose officers were asked."""
    flag, judge = raised(purchase), auditor or auditor_of(purchase)
    actions.take_up(actor=judge, red_flag_id=flag.pk)
    actions.ask(actor=judge, red_flag_id=flag.pk, question=QUESTION)
    return flag


def specimens(purchase: Purchase, unit: Organisation) -> dict[str, Mapping[str, object]]:
    """What to put into the addresses of red flags: one that PA and KPA were asked about, too."""
    assert purchase.organisation_id == unit.pk
    return {"tanda-bahaya/": {"pk": asked(purchase).pk}}
