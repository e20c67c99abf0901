"""Filling an empty installation for the demonstration: law, plan, people, market. Each step may be repeated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.db.models import Count

from marketplace.accounts.models import Appointment, Organisation
from marketplace.core.money import rupiah
from marketplace.core.transitions import Refused
from marketplace.database.schema import create_all
from marketplace.regulation.models import Region
from procurement.planning.importing import parsing, reading
from procurement.planning.importing.plan import import_plan
from procurement.planning.importing.report import Choice
from procurement.planning.models import Package
from procurement.practice.cast import DIRECTOR, MAIL_DOMAIN, appoint_officers, appoint_overseers, operator_of
from procurement.practice.contest import leave_competition
from procurement.practice.market import bring_goods, bring_vendors
from procurement.practice.waiting import leave_waiting
from vendors.models import Listing, Vendor

SAMPLE_PLAN = Path(__file__).resolve().parents[1] / "planning" / "samples" / "rup-contoh.csv"
VENDORS, LISTINGS = 50, 500
STORY_PAGU = (5_000_000, 45_000_000)
"""The story's package is one of these sizes (rupiah): large enough for an order, paid out of the imprest."""
SPARE = 500
"""Packages looked through for one that neither the story nor the open orders take: the last of these."""
Say = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where the story plays: a region, one of its units, one of the unit's packages."""

    region: Region
    unit: Organisation
    package: Package


def make_schema(say: Say) -> None:
    """Tables and guarantees, then the dated rules that ship with the project."""
    say("skema basis data")
    create_all(connection)
    say("parameter, hari libur dan aturan pajak")
    call_command("load_regulation", verbosity=0)
    call_command("load_tax_rules", verbosity=0)


@dataclass(frozen=True, slots=True)
class Plan:
    """An imported plan: one sentence about it, and the codes of the regions it speaks of."""

    sentence: str
    regions: frozenset[str]


def load_plan(plan: Path | None, say: Say) -> Plan:
    """Import the plan's good rows; without a plan the one that was played here before stays, or the sample comes.

    Raises CommandError when it cannot be read, or when another region's plan was played in this database: nothing of
    it is imported then.
    """
    unit = played()
    if plan is None and unit is not None:
        count = Package.objects.filter(region=unit.region).count()
        return Plan(f"{count} paket {unit.region}, seperti sebelumnya", frozenset([unit.region.klpd_code]))
    plan = plan or SAMPLE_PLAN
    say(f"rencana pengadaan {plan.name}")
    try:
        content = plan.read_bytes()
    except OSError as error:
        raise CommandError(f"Berkas rencana {plan} tidak dapat dibaca: {error.strerror}.") from None
    try:
        table = reading.read_table(content, known=parsing.KNOWN, required=parsing.REQUIRED)
        regions = frozenset(row.values["kd_klpd"] for row in table.rows)
        if unit is not None and unit.region.klpd_code not in regions:
            raise CommandError(
                f"Peragaan ini sudah memuat rencana {unit.region}: jalankan `make demo-reset` dengan PLAN yang baru, "
                "atau `make demo` tanpa PLAN."
            )
        report = import_plan(actor=DIRECTOR, file_name=plan.name, content=content, choice=Choice.GOOD_ROWS)
    except Refused as refused:
        raise CommandError(f"Berkas rencana {plan.name} ditolak: {refused}") from None
    if not report.lines:
        raise CommandError(f"Berkas rencana {plan.name} tidak memuat satu pun baris yang dapat dipakai.")
    sentence = (
        f"{report.lines} dari {report.rows} baris anggaran, {report.created} paket baru, "
        f"{report.changed} berubah, {report.rejected} baris ditolak, "
        f"pagu {rupiah(report.pagu)}"
    )
    return Plan(sentence, regions)


def played() -> Organisation | None:
    """The unit in which the cast was appointed when the demonstration ran here before."""
    appointed = Appointment.objects.filter(user__email=f"ppk@{MAIL_DOMAIN}")
    first = appointed.select_related("organisation__region").order_by("pk").first()
    return first.organisation if first else None


def choose_stage(regions: frozenset[str]) -> Stage:
    """The unit with the most packages of the story's size, and its first such package not yet begun.

    Raises CommandError when the plan has none.
    """
    fitting = Package.objects.filter(
        region__klpd_code__in=regions,
        announced=True,
        active=True,
        pagu__range=STORY_PAGU,
        state="PLANNED",
        lines__active=True,
    )
    unit = played()
    if unit is None:
        best = fitting.values("organisation").annotate(n=Count("pk")).order_by("-n", "organisation").first()
        if best is None:
            raise CommandError(
                "Rencana ini tidak memuat paket terumumkan senilai Rp5–45 juta untuk diperagakan."
            )
        unit = Organisation.objects.get(pk=best["organisation"])
    package = fitting.filter(organisation=unit).order_by("kd_rup").first()
    if package is None:
        raise CommandError("Semua paket peragaan sudah dipakai: jalankan `make demo-reset`.")
    return Stage(unit.region, unit, package)


def further_stages(stage: Stage, count: int) -> list[Stage]:
    """Other packages of the unit that the story has not begun, for orders left open."""
    fresh = Package.objects.filter(
        organisation=stage.unit,
        announced=True,
        active=True,
        pagu__range=STORY_PAGU,
        state="PLANNED",
        lines__active=True,
    )
    return [Stage(stage.region, stage.unit, package) for package in fresh.order_by("kd_rup")[:count]]


def fill_market(stage: Stage, say: Say) -> None:
    """People of the region and the unit, vendors and listings, work for the desks; what is there stays."""
    say("pejabat, auditor, operator dan pendamping")
    appoint_officers(stage.unit)
    appoint_overseers(stage.region)
    if Vendor.objects.filter(region=stage.region).exists():
        return
    say(f"{VENDORS} penyedia")
    vendors = bring_vendors(stage.region, VENDORS, actor=operator_of(stage.region))
    say(f"{LISTINGS} produk")
    bring_goods(vendors, LISTINGS)
    say("pendaftaran, izin dan produk yang menunggu diperiksa")
    leave_waiting(stage.region)
    spare = further_stages(stage, SPARE)
    if spare and spare[-1].package != stage.package:
        say("mini-kompetisi yang menerima penawaran")
        leave_competition(spare[-1].package)


def market_size() -> tuple[int, int]:
    """(vendors, live listings) there are."""
    return Vendor.objects.count(), Listing.objects.filter(state="LIVE").count()
