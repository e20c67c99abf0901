"""Orders as auditors look for them: one set of filters for the explorer and for the population of a sample."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from marketplace.accounts.actors import Actor
from marketplace.core import clock
from marketplace.core.money import rupiah
from procurement.oversight.queries.access import DUTIES, named_on
from procurement.purchasing.models import Flag, Purchase
from procurement.purchasing.queries import purchases_of
from procurement.redflags.models import RedFlag


@dataclass(frozen=True, slots=True)
class OrderFilters:
    """What is looked for; empty means everything. Amounts in rupiah, days in Jakarta, by the day of submission."""

    units: tuple[int, ...] = ()
    vendors: tuple[int, ...] = ()
    officers: tuple[int, ...] = ()
    states: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    least: int | None = None
    most: int | None = None
    flag: str = ""

    @property
    def narrows(self) -> bool:
        """Whether it leaves anything out."""
        return self != OrderFilters()

    def of(self, actor: Actor) -> QuerySet[Purchase]:
        """The orders the actor may see that fit."""
        found = purchases_of(actor)
        for column, values in (
            ("organisation_id", self.units),
            ("vendor_id", self.vendors),
            ("state", self.states),
        ):
            if values:
                found = found.filter(**{f"{column}__in": values})
        if self.officers:
            found = found.filter(named_on(self.officers))
        if self.since:
            found = found.filter(submitted_at__gte=clock.midnight(self.since))
        if self.until:
            found = found.filter(submitted_at__lt=clock.midnight(self.until + timedelta(days=1)))
        if self.least is not None:
            found = found.filter(total__gte=self.least)
        if self.most is not None:
            found = found.filter(total__lte=self.most)
        return found.filter(self._flagged()) if self.flag else found

    def _flagged(self) -> Q:
        """A flag of the moment of the act, or one that was found over many orders later."""
        at_the_act, later = Flag.objects.order_by(), RedFlag.objects.exclude(state="SUPERSEDED").order_by()
        if self.flag != "*":
            at_the_act, later = at_the_act.filter(code=self.flag), later.filter(rule=self.flag)
        # one list of both: of two conditions with "or" between them the database reads every order
        return Q(pk__in=at_the_act.values("purchase_id").union(later.values("purchase_id"), all=True))

    def told(self) -> dict[str, Any]:
        """What narrows, as the log and the row keep it: ids and numbers alone."""
        kept = {name: value for name, value in asdict(self).items() if value not in (None, (), "")}
        return {
            name: value.isoformat()
            if isinstance(value, date)
            else list(value)
            if isinstance(value, tuple)
            else value
            for name, value in kept.items()
        }

    @classmethod
    def from_told(cls, told: Mapping[str, Any]) -> OrderFilters:
        """The filters that were kept."""
        read: dict[str, Any] = {}
        for name, value in told.items():
            if name in {"since", "until"}:
                read[name] = date.fromisoformat(value)
            else:
                read[name] = tuple(value) if isinstance(value, list) else value
        return cls(**read)

    def why_not(self, purchase: Purchase) -> str:
        """Why an order that fitted once does not any more; empty when it still does by what can change."""
        if self.states and purchase.state not in self.states:
            return f"statusnya kini “{purchase.get_state_display()}”"
        if self.least is not None and purchase.total < self.least:
            return f"nilainya kini {rupiah(purchase.total)}, di bawah batas"
        if self.most is not None and purchase.total > self.most:
            return f"nilainya kini {rupiah(purchase.total)}, di atas batas"
        if self.officers and not {getattr(purchase, f"{duty}_id") for duty in DUTIES} & set(self.officers):
            return "pejabatnya sudah berganti"
        return ""
