"""A process as people read it: a few facts, and what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from procurement.opendata.models import Release

TAGS: Final[Mapping[str, str | Promise]] = {
    "planning": _("Rencana diumumkan"),
    "planningUpdate": _("Rencana diperbarui"),
    "tender": _("Pemilihan penyedia dimulai"),
    "tenderUpdate": _("Pemilihan penyedia diperbarui"),
    "tenderCancellation": _("Pemilihan penyedia berakhir tanpa kontrak"),
    "award": _("Penyedia diusulkan"),
    "awardUpdate": _("Penyedia ditetapkan"),
    "awardCancellation": _("Penetapan batal"),
    "contract": _("Surat Pesanan berlaku"),
    "contractAmendment": _("Adendum disepakati"),
    "implementation": _("Barang tiba atau diterima"),
    "contractTermination": _("Kontrak berakhir"),
}
STATUS: Final[Mapping[str, str | Promise]] = {
    "planning": _("Direncanakan"),
    "planned": _("Siap dibelanjakan"),
    "active": _("Berjalan"),
    "pending": _("Diusulkan"),
    "complete": _("Selesai"),
    "cancelled": _("Dibatalkan"),
    "unsuccessful": _("Tidak berhasil"),
    "withdrawn": _("Ditarik"),
    "terminated": _("Berakhir"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One release: what it says in a few words, and where it is."""

    ocid: str
    at: datetime
    told: str
    leaf_index: int
    url: str


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract of a process, with what was paid to its vendor (rupiah)."""

    id: str
    supplier: str
    status: str
    value: int
    paid: float


@dataclass(frozen=True, slots=True)
class Summary:
    """What the releases of a process come to."""

    title: str
    buyer: str
    budget: int | None
    method: str
    status: str
    bids: int
    contracts: list[Contract]


def steps_of(releases: Sequence[Release]) -> list[Step]:
    """The releases in words, in the order given."""
    return [
        Step(
            each.ocid,
            each.date,
            "; ".join(str(_told(each, tag)) for tag in each.tags),
            each.leaf_id,
            reverse("ocds-release", args=[each.ocid, each.leaf_id]),
        )
        for each in releases
    ]


def _told(release: Release, tag: str) -> str | Promise:
    """A tag in words; of an implementation, whether goods or money moved."""
    if tag == "implementation" and '"transactions":' in release.content:
        return _("Uang berpindah")
    return TAGS.get(tag, tag)


def summary_of(release: Mapping[str, Any]) -> Summary:
    """The facts of a compiled release."""
    tender: Mapping[str, Any] = release.get("tender", {})
    budget: Mapping[str, Any] = release.get("planning", {}).get("budget", {})
    awards = {each["id"]: each for each in release.get("awards", [])}
    return Summary(
        title=budget.get("project") or tender.get("title", release["ocid"]),
        buyer=release["buyer"]["name"],
        budget=budget.get("amount", {}).get("amount"),
        method=tender.get("procurementMethodDetails", ""),
        status=str(STATUS.get(tender.get("status", ""), "")),
        bids=len(release.get("bids", {}).get("details", [])),
        contracts=[_contract(each, awards[each["awardID"]]) for each in release.get("contracts", [])],
    )


def _contract(contract: Mapping[str, Any], award: Mapping[str, Any]) -> Contract:
    supplier = award["suppliers"][0]
    moved = contract.get("implementation", {}).get("transactions", [])
    received = sum(each["value"]["amount"] for each in moved if each["payee"]["id"] == supplier["id"])
    returned = sum(each["value"]["amount"] for each in moved if each["payer"]["id"] == supplier["id"])
    return Contract(
        contract["id"],
        supplier["name"],
        str(STATUS.get(contract["status"], "")),
        contract["value"]["amount"],
        received - returned,
    )
