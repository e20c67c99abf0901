"""Packages with budget lines for tests, made straight in the database."""

from __future__ import annotations

from itertools import count
from typing import Any

from marketplace.accounts.models import Appointment, Organisation
from marketplace.accounts.roles import Role
from marketplace.core import clock
from procurement.planning.models import BudgetLine, Package
from tests import people

_number = count(60_900_001)
ATK = "5.03.01.2.06.0005.5.1.02.01.01.0024"


def package(*, pagu: int = 25_000_000, at: Organisation | None = None, **fields: Any) -> Package:
    """An announced package with one budget line of `pagu` rupiah, all of it available."""
    unit = at or people.organisation()
    made = Package.objects.create(
        region=unit.region,
        organisation=unit,
        created_at=clock.now(),
        pagu=pagu,
        **{
            "kd_rup": str(next(_number)),
            "year": 2026,
            "name": "Belanja ATK Triwulan IV",
            "announced": True,
            **fields,
        },
    )
    line(made, pagu)
    return made


def line(of: Package, pagu: int) -> BudgetLine:
    """One more line of a package; the package's own pagu is not changed."""
    return BudgetLine.objects.create(
        package=of, mak=ATK, rekening="5.1.02.01.01.0024", sumber_dana="APBD", pagu=pagu, available=pagu
    )


def prepared(*, pagu: int = 25_000_000, hps: int = 21_645_000, at: Organisation | None = None) -> Package:
    """A package that a PPK prepared and handed to a PP."""
    unit = at or people.organisation()
    ppk, pp = people.appointment(Role.PPK, unit), people.appointment(Role.PP, unit)
    return package(pagu=pagu, at=unit, state="PREPARED", hps_total=hps, **hands(ppk, pp))


def hands(ppk: Appointment, pp: Appointment) -> dict[str, Any]:
    """The four fields that say who prepares and who buys."""
    return {"ppk": ppk, "ppk_user": ppk.user, "pp": pp, "pp_user": pp.user}
