"""Verbs of planning. The budget's verbs run inside the caller's passage; all others open the door themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile

from marketplace.accounts.actors import Actor
from marketplace.accounts.models import Appointment
from marketplace.accounts.queries import officers_of
from marketplace.accounts.roles import Role
from marketplace.core.transitions import Refused
from marketplace.workflow.door import doing, passing
from procurement.documents.actions import issue
from procurement.planning import checks, guards, papers
from procurement.planning.budget import commit, make_payable, release, reserve, spend, uncommit
from procurement.planning.estimating import Estimate, estimate_of
from procurement.planning.importing.plan import import_plan
from procurement.planning.importing.units import import_units
from procurement.planning.models import Package
from procurement.planning.preparing import (
    HpsItem,
    SeenPrice,
    add_hps_line,
    remove_hps_line,
    set_hps_shipping,
)
from procurement.planning.queries import get_package_for, may_stand_in

__all__ = [
    "HpsItem",
    "SeenPrice",
    "add_hps_line",
    "close",
    "commit",
    "dispose",
    "dispose_many",
    "import_plan",
    "import_units",
    "make_payable",
    "prepare",
    "reassign",
    "release",
    "remove_hps_line",
    "reserve",
    "revise",
    "set_hps_shipping",
    "spend",
    "stand_in",
    "uncommit",
]


def dispose(
    *, actor: Actor, package_id: int, ppk_id: int, note: str = "", revision: int | None = None
) -> Package:
    """PA/KPA hands an announced package to the PPK of appointment `ppk_id`, with a word for him or her.

    Raises Refused.
    """
    package = get_package_for(actor, package_id)
    with passing(Package, package.pk, "dispose", actor=actor, revision=revision, facts=_facts) as passage:
        ppk = _officer(passage.thing, ppk_id, Role.PPK)
        _hand_to(passage.thing, ppk)
        passage.thing.note = " ".join(note.split())[:500]
        issue(passage, "disposisi", papers.disposisi(passage), subject=passage.thing)
        passage.facts.update(
            kd_rup=passage.thing.kd_rup,
            ppk_appointment=ppk.pk,
            decree=ppk.decree_number,
            note=passage.thing.note,
        )
    return passage.thing


def dispose_many(
    *, actor: Actor, package_ids: Sequence[int], ppk_id: int, note: str = ""
) -> tuple[list[Package], list[tuple[Package, Refused]]]:
    """Hand several packages to one PPK, each by a deed of its own; returns those handed over and those refused.

    Raises Package.DoesNotExist for a package the actor may not see: nothing is handed over then.
    """
    packages = [get_package_for(actor, pk) for pk in dict.fromkeys(package_ids)]
    handed: list[Package] = []
    refused: list[tuple[Package, Refused]] = []
    for package in packages:
        try:
            handed.append(dispose(actor=actor, package_id=package.pk, ppk_id=ppk_id, note=note))
        except Refused as refusal:
            refused.append((package, refusal))
    return handed, refused


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
    hps_total: int | None = None,
    hps_basis: str = "",
    brand_reason: str = "",
    kak_file: bytes | None = None,
    revision: int | None = None,
) -> Package:
    """The package's PPK sets KAK and HPS (rupiah, at most the pagu) and hands it to the PP of appointment `pp_id`.

    The HPS is the sum of its lines with taxes; `hps_total` with its basis in words does for small packages alone
    (`hps.optional_up_to`). `kak_file` is a PDF beside the text. Raises Refused.
    """
    package = get_package_for(actor, package_id)
    pp = _officer(package, pp_id, Role.PP)
    estimate: Estimate | None = None

    def total() -> int:
        return estimate.total if estimate else (hps_total or 0)

    def facts(locked: Package) -> Mapping[str, Any]:
        nonlocal estimate  # as it stands under the lock: a line may be added while this page is open
        estimate = estimate_of(locked)
        return {**_facts(locked), "hps_total": total(), "pp_user": pp.user_id}

    with passing(Package, package.pk, "prepare", actor=actor, revision=revision, facts=facts) as passage:
        thing = passage.thing
        _own(actor, thing)
        checks.kak_written(kak, brand_reason)
        checks.estimate_sound(thing, estimate, total(), hps_basis)
        thing.pp, thing.pp_user = pp, pp.user
        thing.kak, thing.brand_reason = kak.strip(), " ".join(brand_reason.split())[:500]
        thing.hps_total = total()
        thing.hps_basis = hps_basis.strip() or checks.BASIS_IN_LINES
        thing.kak_sha256 = sha256(kak_file or thing.kak.encode()).hexdigest()
        if kak_file:
            thing.kak_file.save(f"kak-{thing.kd_rup}.pdf", ContentFile(kak_file), save=False)
        passage.facts.update(
            kd_rup=thing.kd_rup,
            hps_rupiah=total(),
            pp_appointment=pp.pk,
            kak_sha256=thing.kak_sha256,
            brand_reason=thing.brand_reason,
            hps_lines=len(estimate.lines) if estimate else 0,
            hps_sha256="",
        )
        if estimate is not None:
            told = papers.hps(passage, estimate)
            paper = issue(passage, "hps", told, subject=thing, signatories=[papers.signature_of_ppk(passage)])
            issue(
                passage,
                "kak",
                papers.kak(passage, estimate),
                subject=thing,
                signatories=[papers.signature_of_ppk(passage)],
            )
            passage.facts["hps_sha256"] = paper.facts_sha256
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


def stand_in(*, actor: Actor, package_id: int) -> Package:
    """Take a package over as the substitute (Plt/Plh) of its PPK or PP, or back as that officer.

    Raises Refused `not_substitute`, `ppk_is_pp`; Package.DoesNotExist.
    """
    actor.require(Role.PPK, Role.PP)
    with doing(actor=actor) as deed:
        package = get_package_for(actor, package_id)
        package = Package.objects.select_for_update(of=("self",)).get(pk=package.pk)
        if not may_stand_in(actor, package):
            raise Refused(
                "not_substitute",
                "Anda tidak ditunjuk menggantikan pejabat pada paket ini.",
                rule=guards.SEGREGATION_RULE,
                fix="Minta operator mencatat surat perintah Plt/Plh beserta pejabat yang digantikan.",
            )
        duty = "ppk" if actor.role == Role.PPK else "pp"
        former = getattr(package, f"{duty}_id")
        setattr(package, f"{duty}_id", actor.appointment_id)
        setattr(package, f"{duty}_user_id", actor.user_id)
        clash = guards.two_persons({"ppk_user": package.ppk_user_id, "pp_user": package.pp_user_id})
        if clash is not None:
            raise clash
        package.revision += 1
        package.save(update_fields=[duty, f"{duty}_user", "revision"])
        deed.record(
            "package.stand_in",
            package,
            {"kd_rup": package.kd_rup, "appointment": actor.appointment_id, "former_appointment": former},
        )
    return package


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
    if found is not None:
        checks.certificate_valid(found, package.region_id)
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
