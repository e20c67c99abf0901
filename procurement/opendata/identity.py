"""What things are called in open data: processes, releases, parties. Names never change once published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from marketplace.accounts.models import Organisation
from marketplace.core import clock
from marketplace.regulation.models import Region
from marketplace.regulation.queries import parameter
from procurement.planning.models import Package


def process(local: str) -> str:
    """The ocid of a process from its number in this market."""
    return f"{settings.OCDS_PREFIX}-{local}"


def plan_process(package: Package) -> str:
    """The ocid of the planning of a package; `package.region` is loaded. A RUP code is unique in a region and year."""
    return process(f"RUP-{package.region.klpd_code}-{package.year}-{package.kd_rup}")


def release_id(ocid: str, leaf_index: int) -> str:
    """The id of a release: its process and the leaf of the log it tells of."""
    return f"{ocid}-{leaf_index}"


@dataclass(frozen=True, slots=True)
class PartyName:
    """A party as other places refer to it."""

    scheme: str
    id: str
    name: str

    @property
    def reference(self) -> dict[str, str]:
        """`{"id": …, "name": …}`."""
        return {"id": f"{self.scheme}-{self.id}", "name": self.name}


def unit(organisation: Organisation, region: Region) -> PartyName:
    """A working unit, by its satker code where it has one."""
    scheme = str(parameter("opendata.unit_scheme", region_id=region.pk).value)
    return PartyName(
        scheme, f"{region.klpd_code}-{organisation.code or f'U{organisation.pk}'}", organisation.name
    )


def supplier(nib: str, name: str, region: Region) -> PartyName:
    """A vendor, by its business number (NIB): NPWP and NIK are persons' and stay out."""
    return PartyName(str(parameter("opendata.supplier_scheme", region_id=region.pk).value), nib, name)


def escrow(region: Region) -> PartyName:
    """Who holds the money of an order between buyer and vendor."""
    return PartyName(
        "EORDER", f"{region.klpd_code}-PENAMPUNGAN", f"Rekening penampungan e-Order {region.name}"
    )


def treasury(region: Region) -> PartyName:
    """Where regional taxes and fines go."""
    return PartyName("EORDER", f"{region.klpd_code}-KAS-DAERAH", f"Kas {region.name}")


STATE_TREASURY = PartyName("EORDER", "KAS-NEGARA", "Kas Negara")
"""Where state taxes go."""


def in_jakarta(moment: datetime) -> str:
    """A moment as open data writes it: `2026-11-27T12:00:00+07:00`."""
    return moment.astimezone(clock.JAKARTA).isoformat(timespec="seconds")


def to_the_microsecond(moment: datetime) -> str:
    """The date of a release: never shortened, for releases of a process are merged in the order of their dates."""
    return moment.astimezone(clock.JAKARTA).isoformat(timespec="microseconds")
