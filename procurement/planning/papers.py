"""The facts of the papers that planning issues: disposition, KAK, HPS (handbook §5)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from marketplace.accounts.models import Appointment, Organisation
from marketplace.core import clock
from marketplace.regulation.models import Region
from marketplace.regulation.queries import parameter
from marketplace.workflow.door import Passage
from procurement.documents.queries import officer, signature_of
from procurement.planning.estimating import Estimate
from procurement.planning.kak import read
from procurement.planning.models import BudgetLine, Package


def package_header(
    package: Package,
    line: BudgetLine | None,
    *,
    at: datetime,
    region: Region,
    unit: Organisation,
    address: str,
) -> dict[str, Any]:
    """What every paper of a package carries at its head; region and unit are its own, read by the caller."""
    return {
        "place": region.name,
        "date": clock.day_of(at).isoformat(),
        "fiscal_year": package.year,
        "fund_source": line.sumber_dana if line else "",
        "sub_activity": line.mak if line else "",
        "account_code": (line.rekening or line.mak) if line else "",
        "rup": package.kd_rup,
        "package": package.name,
        "agency": {
            "government": region.name,
            "name": unit.name,
            "code": unit.code or f"U{unit.pk}",
            "address": address,
        },
    }


def header(passage: Passage[Package]) -> dict[str, Any]:
    """The head of a paper that planning issues."""
    package = passage.thing
    unit = package.organisation
    line = package.lines.order_by("pk").first()
    return package_header(package, line, at=passage.at, region=package.region, unit=unit, address=unit.name)


def _ppk(package: Package) -> Appointment:
    assert package.ppk is not None  # set with the disposition
    return package.ppk


def signature_of_ppk(passage: Passage[Package]) -> Any:
    """The PPK's electronic signature block."""
    package = passage.thing
    return signature_of(_ppk(package), unit=package.organisation.name, at=passage.at)


def disposisi(passage: Passage[Package]) -> dict[str, Any]:
    """PA or KPA hands the package to its PPK."""
    package = passage.thing
    assert passage.actor.appointment_id is not None  # only officers dispose
    giver = Appointment.objects.select_related("user").get(pk=passage.actor.appointment_id)
    return {
        **header(passage),
        "giver": officer(giver),
        "ppk": officer(_ppk(package)),
        "packages": [{"rup": package.kd_rup, "name": package.name, "value": package.pagu}],
        "total": package.pagu,
        "note": package.note,
    }


def hps(passage: Passage[Package], estimate: Estimate) -> dict[str, Any]:
    """The own estimate, every line with where its price was seen."""
    package = passage.thing
    days = parameter("hps.valid_days", region_id=package.region_id)
    return {
        **header(passage),
        "ppk": officer(_ppk(package)),
        "lines": [
            {
                "name": line.item,
                "unit": line.unit,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "total": line.total,
                "specification": line.specification,
                "references": [
                    {
                        "source": str(each.get_source_display()),
                        "vendor": each.vendor,
                        "seen_on": each.seen_on.isoformat(),
                        "price": each.price,
                    }
                    for each in line.references.all()
                ],
            }
            for line in estimate.lines
        ],
        "subtotal": estimate.subtotal,
        "shipping": estimate.shipping,
        "ppn": estimate.ppn,
        "ppn_label": "PPN" if estimate.ppn else _("PPN (tidak dikenakan)"),
        "total": estimate.total,
        "valid_until": clock.day_of(passage.at + timedelta(days=int(days.value))).isoformat(),
        "method": package.hps_basis,
    }


def kak(passage: Passage[Package], estimate: Estimate) -> dict[str, Any]:
    """The terms of reference with the items of the estimate."""
    package = passage.thing
    told = read(package.kak)
    return {
        **header(passage),
        "ppk": officer(_ppk(package)),
        "background": told.get("purpose", "") or package.name,
        "purpose": told.get("specification", "") or package.name,
        "lines": [
            {
                "name": line.item,
                "unit": line.unit,
                "quantity": line.quantity,
                "specification": line.specification,
            }
            for line in estimate.lines
        ],
        "delivery_place": told.get("delivery", "") or _("Lihat Surat Pesanan"),
        "delivery_time": told.get("delivery", "") or _("Lihat Surat Pesanan"),
        "acceptance_test": told.get("acceptance", "") or _("Dihitung dan diperiksa saat tiba."),
        "pdn": told.get("domestic", "") or _("Mengutamakan produk dalam negeri (Perpres 46/2025 Pasal 66)."),
        "ceiling": package.pagu,
    }
