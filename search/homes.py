"""The provinces in which the market's vendors sit: of places of one name a buyer means one of those."""

from __future__ import annotations

import threading
import time
from typing import Final

from django.db.models.functions import Left

from vendors.models import Vendor

KEPT_SECONDS: Final = 300.0
_lock = threading.Lock()
_kept: tuple[float, tuple[str, ...]] = (float("-inf"), ())


def home_provinces() -> tuple[str, ...]:
    """Codes of the provinces, kept for some minutes: one query every KEPT_SECONDS and process."""
    global _kept
    if time.monotonic() - _kept[0] > KEPT_SECONDS:
        with _lock:
            codes = (
                Vendor.objects.filter(state="VERIFIED").order_by().annotate(province=Left("place_code", 2))
            )
            found = codes.exclude(place_code="").values_list("province", flat=True).distinct()
            _kept = (time.monotonic(), tuple(sorted(found)))
    return _kept[1]


def forget_homes() -> None:
    """Ask again at the next question."""
    global _kept
    _kept = (float("-inf"), ())
