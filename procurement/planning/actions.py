"""Verbs of planning. The budget's verbs run inside the caller's passage; all others open the door themselves."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment
from marketplace.accounts.queries import officers_of
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.workflow.door import passing
from procurement.planning import guards
from procurement.planning.budget import commit, make_payable, release, reserve, spend, uncommit
from procurement.planning.importing.plan import import_plan
from procurement.planning.importing.units import import_units
from procurement.planning.models import Package
from procurement.planning.queries import get_package_for

__all__ = [
    "close",
    "commit",
    "dispose",
    "import_plan",
    "import_units",
    "make_payable",
    "prepare",
    "reassign",
    "release",
    "reserve",
    "revise",
    "spend",
    "uncommit",
]


def dispose(*, actor: Actor, package_id: int, ppk_id: int, revision: int | None = None) -> Package:
    """PA/KPA hands an announced package to the PPK of appointment `ppk_id`. Raises Refused."""
    package = get_package_for(actor, package_id)
    with passing(Package, package.pk, "dispose", actor=actor, revision=revision, facts=_facts) as passage:
        ppk = _officer(passage.thing, ppk_id, Role.PPK)
        _hand_to(passage.thing, ppk)
        passage.facts.update(kd_rup=passage.thing.kd_rup, ppk_appointment=ppk.pk, decree=ppk.decree_number)
    return passage.thing


def reassign(
    *, actor: Actor, package_id: int, ppk_id: int, reason: str, revision: int | None = None
) -> Package:
    """PA/KPA moves a package to another PPK, who prepares it anew. Raises Refused."""
    package = get_package_for(actor, package_id)
    with passing(Package, package.pk, "reassign", actor=actor, revision=revision, facts=_facts) as passage:
        ppk = _officer(passage.thing, ppk_id, Role.PPK)
        if ppk.pk == passage.thing.ppk_id:
            raise Refused("same_ppk", "Paket ini sudah di tangan PPK tersebut.", fix="Pilih PPK lain.")
        _hand_to(passage.thing, ppk)
        passage.facts.update(
            kd_rup=passage.thing.kd_rup,
            ppk_appointment=ppk.pk,
            decree=ppk.decree_number,
            reason=_reason(reason),
        )
    return passage.thing


def prepare(
    *,
    actor: Actor,
    package_id: int,
    pp_id: int,
    kak: str,
    hps_total: int,
    hps_basis: str,
    kak_file: bytes | None = None,
    revision: int | None = None,
) -> Package:
    """The package's PPK sets KAK and HPS (rupiah, at most the pagu) and hands it to the PP of appointment `pp_id`.

    `kak_file` is a PDF beside the text. Raises Refused.
    """
    package = get_package_for(actor, package_id)
    pp = _officer(package, pp_id, Role.PP)

    def facts(locked: Package) -> Mapping[str, Any]:
        return {**_facts(locked), "hps_total": hps_total, "pp_user": pp.user_id}

    with passing(Package, package.pk, "prepare", actor=actor, revision=revision, facts=facts) as passage:
        thing = passage.thing
        _own(actor, thing)
        if not kak.strip() or not hps_basis.strip():
            raise Refused(
                "kak_missing",
                "KAK dan dasar penyusunan HPS wajib diisi.",
                rule="Perpres 16/2018 Pasal 19 dan 26",
            )
        thing.pp, thing.pp_user = pp, pp.user
        thing.kak, thing.hps_total, thing.hps_basis = kak.strip(), hps_total, hps_basis.strip()
        thing.kak_sha256 = sha256(kak_file or thing.kak.encode()).hexdigest()
        if kak_file:
            thing.kak_file.save(f"kak-{thing.kd_rup}.pdf", ContentFile(kak_file), save=False)
        passage.facts.update(
            kd_rup=thing.kd_rup, hps_rupiah=hps_total, pp_appointment=pp.pk, kak_sha256=thing.kak_sha256
        )
    return passage.thing


def revise(*, actor: Actor, package_id: int, reason: str, revision: int | None = None) -> Package:
    """The package's PPK takes it back to set KAK or HPS anew, while no order is under way. Raises Refused."""
    package = get_package_for(actor, package_id)
    with passing(Package, package.pk, "revise", actor=actor, revision=revision, facts=_facts) as passage:
        _own(actor, passage.thing)
        passage.thing.pp = passage.thing.pp_user = None
        passage.thing.hps_total = None
        passage.facts.update(kd_rup=passage.thing.kd_rup, reason=_reason(reason))
    return passage.thing


def close(*, actor: Actor, package_id: int, reason: str, revision: int | None = None) -> Package:
    """PA/KPA closes a package for good, while no order is under way. Raises Refused."""
    package = get_package_for(actor, package_id)
    with passing(Package, package.pk, "close", actor=actor, revision=revision, facts=_facts) as passage:
        passage.facts.update(kd_rup=passage.thing.kd_rup, reason=_reason(reason))
    return passage.thing


def _facts(package: Package) -> dict[str, Any]:
    """What the guards ask, under the package's lock. Money under way is read under the lines' locks."""
    lines = list(package.lines.select_for_update().order_by("pk"))
    return {
        "kd_rup": package.kd_rup,
        "announced": package.announced,
        "active": package.active,
        "pagu": package.pagu,
        "ppk_user": package.ppk_user_id,
        "pp_user": package.pp_user_id,
        "under_way": sum(line.reserved + line.committed + line.payable for line in lines),
    }


def _officer(package: Package, appointment_id: int, role: Role) -> Appointment:
    found = officers_of(package.organisation_id, role).filter(pk=appointment_id).first()
    if found is None:
        raise Refused(
            "no_such_officer",
            f"Penunjukan {role.value} yang dipilih tidak berlaku hari ini di satuan kerja paket ini.",
            rule=guards.SEGREGATION_RULE,
            fix="Pilih pejabat lain, atau minta operator mencatat SK penunjukannya.",
        )
    return found


def _hand_to(package: Package, ppk: Appointment) -> None:
    """A new PPK starts afresh: the PP and the HPS of the one before do not bind."""
    package.ppk, package.ppk_user = ppk, ppk.user
    package.pp = package.pp_user = None
    package.hps_total = None


def _own(actor: Actor, package: Package) -> None:
    if actor.user_id != package.ppk_user_id:
        raise Refused(
            "other_ppk",
            "Paket ini didisposisikan kepada PPK lain.",
            fix="Minta PA/KPA mengalihkan paket bila Anda yang harus menyiapkannya.",
        )


def _reason(text: str) -> str:
    reason = " ".join(text.split())[:500]
    if not reason:
        raise Refused("reason_missing", "Alasan wajib diisi.", fix="Tulis alasan dengan singkat dan jelas.")
    return reason
