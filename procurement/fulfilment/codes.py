"""Short codes of a delivery: one leads the receiver to the count, one tells the driver that it was counted.

Both follow from the site's key, so they can be shown again; the first is found by its SHA-256, which alone is stored.
A code opens nothing by itself: the receiver of the unit must have signed in.
"""

from __future__ import annotations

import base64
import hmac
from hashlib import sha256
from typing import Final

from django.conf import settings

LENGTH: Final = 8
_ALIKE: Final = str.maketrans("01OIL", "89XYZ")
"""Characters that are misread on paper give way to others; base32 has neither 8 nor 9."""


def receiver_code(delivery_id: int) -> str:
    """The code on the delivery note: two groups of four letters and digits."""
    code = base64.b32encode(_mac("terima", delivery_id)).decode().translate(_ALIKE)[:LENGTH]
    return f"{code[:4]}-{code[4:]}"


def handover_code(receipt_id: int) -> str:
    """Six digits that both sides see once a shipment was counted."""
    number = int.from_bytes(_mac("serah", receipt_id)[:8], "big") % 1_000_000
    return f"{number:06d}"[:3] + " " + f"{number:06d}"[3:]


def digest_of(code: str) -> str:
    """SHA-256 of a code as it was typed: case, blanks and dashes do not matter."""
    plain = "".join(each for each in code.upper() if each.isalnum())
    return sha256(f"terima:{plain}".encode()).hexdigest()


def _mac(purpose: str, pk: int) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), f"eorder.{purpose}:{pk}".encode(), sha256).digest()
