"""How banks differ within the one standard: what each signs, and how it writes times, numbers and identifiers."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

from marketplace.core.clock import JAKARTA

Signature = Literal["symmetric", "asymmetric"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """The knobs of one bank. The defaults are the standard's own words."""

    name: str
    signs_prefix: bool = True
    """Whether the part of the path that is the bank's own, before `/v1.0/`, is signed too."""
    callback_signs_prefix: bool = True
    """The same for our own `/snap` before `/v1.0/`, when the bank calls us."""
    minified_body: bool = True
    expires_in_is_text: bool = True
    timestamp: Literal["seconds", "milliseconds", "utc_milliseconds"] = "seconds"
    external_id: Literal["numeric", "alphanumeric"] = "numeric"
    external_id_length: int = 32
    signature: Signature = "symmetric"
    callback_signature: Signature = "asymmetric"
    qr_repeats_reference: bool = True
    """Whether the bank writes our reference into tag 62.05 of its QR codes, so that it can be held to it."""

    def moment(self, at: datetime) -> str:
        """An aware moment as X-TIMESTAMP: ISO 8601, in Jakarta's time unless the bank wants UTC."""
        if self.timestamp == "utc_milliseconds":
            return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        return at.astimezone(JAKARTA).isoformat(timespec=self.timestamp)

    def new_external_id(self, at: datetime) -> str:
        """An X-EXTERNAL-ID that no request of the day has had: the moment, then chance."""
        stamp = f"{at.astimezone(JAKARTA):%Y%m%d%H%M%S}"
        letters = string.digits if self.external_id == "numeric" else string.digits + string.ascii_lowercase
        chance = "".join(secrets.choice(letters) for _ in range(self.external_id_length - len(stamp)))
        return stamp + chance

    def path_to_sign(self, prefix: str, path: str) -> str:
        """The path of a request of ours as it is signed."""
        return prefix + path if self.signs_prefix else path

    def expires_in(self, seconds: int) -> str | int:
        """How long a token lasts, as this bank writes it."""
        return str(seconds) if self.expires_in_is_text else seconds


DIALECTS: Final = {
    each.name: each
    for each in (
        Dialect("standard"),
        # The bank signs its calls with the shared secret and our token, the more usual form among large banks.
        Dialect("symmetric", callback_signature="symmetric"),
        Dialect("asymmetric", signature="asymmetric"),
        Dialect("gateway", signs_prefix=False, callback_signs_prefix=False, expires_in_is_text=False),
        Dialect("milliseconds", timestamp="milliseconds", external_id="alphanumeric", external_id_length=36),
        Dialect("raw_body", minified_body=False, timestamp="utc_milliseconds", qr_repeats_reference=False),
    )
}
"""By name, as settings choose one (SNAP_DIALECT)."""


def read_moment(text: str) -> datetime | None:
    """An aware moment from X-TIMESTAMP in any of the formats banks use; None when it is none."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return None
    return at if at.tzinfo is not None else None
