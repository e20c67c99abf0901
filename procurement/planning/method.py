"""How a package is bought: by whom, by which method, under which form of contract. The *planned* value decides.

Every limit is a dated parameter with its legal basis; the sentences are for people. Handbook §3.1 and §3.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _

from marketplace.accounts.roles import Role
from marketplace.core.money import rupiah
from marketplace.regulation.queries import NoRule, Rule, parameter

KINDS: Final[dict[int, str]] = {1: "goods", 2: "construction", 3: "consultancy", 4: "services"}
"""`kd_jenis_pengadaan` as published; unknown is treated as goods."""

FORMS: Final = (
    ("receipt", "Bukti pembelian/pembayaran"),
    ("kuitansi", "Kuitansi"),
    ("spk", "Surat Perintah Kerja (SPK)"),
)
"""Forms of contract by value, the smallest first; above all of them stands the *surat perjanjian* (Art. 28)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the law says about a package: in words, and where it is written."""

    title: str
    sentence: str
    basis: str


@dataclass(frozen=True, slots=True)
class Way:
    """How a package is bought. `buyer` is PP or PPK; `direct` says whether direct procurement is open at all."""

    buyer: Role
    limit: int
    basis: str
    direct: bool
    form: str
    small_business: bool
    findings: tuple[Finding, ...]


def kind_of(kind_code: int | None) -> str:
    """goods, services, consultancy or construction."""
    return KINDS.get(kind_code or 1, "goods")


def way_of(
    kind_code: int | None, planned: int, *, on: date | None = None, region_id: int | None = None
) -> Way:
    """How a package of that kind and planned value (rupiah) is bought on a day in a region. Raises NoRule."""

    def rule(code: str) -> Rule:
        return parameter(code, on=on, region_id=region_id)

    kind = kind_of(kind_code)
    authority, direct = rule(f"authority.pp_max.{kind}"), rule(f"authority.direct_max.{kind}")
    reserved = rule("reservation.small_business_max")
    buyer = Role.PP if planned <= int(authority.value) else Role.PPK
    form, form_basis = _form(kind, planned, rule)
    small = planned <= int(reserved.value)
    findings = (
        Finding(
            _("Yang membeli"),
            _("%(buyer)s: nilai rencana %(planned)s, batas Pejabat Pengadaan %(limit)s.")
            % {"buyer": buyer.value, "planned": rupiah(planned), "limit": rupiah(int(authority.value))},
            authority.legal_basis,
        ),
        Finding(
            _("Metode"),
            _("E-purchasing lewat katalog; pengadaan langsung terbuka sampai %(limit)s.")
            % {"limit": rupiah(int(direct.value))},
            direct.legal_basis,
        ),
        Finding(
            _("Bentuk kontrak"),
            _("Surat Pesanan; menurut nilainya setara %(form)s.") % {"form": form},
            form_basis,
        ),
        Finding(
            _("Usaha kecil"),
            _("Dicadangkan bagi usaha kecil dan koperasi.") if small else _("Terbuka bagi semua usaha."),
            reserved.legal_basis,
        ),
    )
    return Way(
        buyer,
        int(authority.value),
        authority.legal_basis,
        planned <= int(direct.value),
        form,
        small,
        findings,
    )


def _form(kind: str, planned: int, rule: Callable[[str], Rule]) -> tuple[str, str]:
    """The form of contract by value, with its basis; a form that a kind does not know has no rule."""
    basis = ""
    for code, name in FORMS:
        try:
            found = rule(f"contract.form.{code}_max.{kind}")
        except NoRule:
            continue
        basis = found.legal_basis
        if planned <= int(found.value):
            return name, basis
    return "Surat Perjanjian", basis
