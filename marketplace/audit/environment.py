"""Settings of the log that come from the environment as they are; `marketplace.settings` takes them over."""

from __future__ import annotations

import os

AUDIT_ORIGIN = os.environ.get("AUDIT_ORIGIN", "e-order.invalid/log")
"""The log's name, in every checkpoint and proof; never changes."""

AUDIT_MAC_KEY_ID = os.environ.get("AUDIT_MAC_KEY_ID") or "1"
"""Under this id the key of `AUDIT_MAC_KEY` seals."""

AUDIT_OLD_MAC_KEYS = dict(
    each.partition(":")[::2] for each in os.environ.get("AUDIT_OLD_MAC_KEYS", "").split()
)
"""Former keys, written `id:key` and separated by spaces: they still open what they sealed."""

AUDIT_SIGNING_KEY = os.environ.get("AUDIT_SIGNING_KEY", "")
"""Ed25519, base64 of 32 bytes; empty: made once and kept in STATE_DIR/keys."""

AUDIT_RETIRED_VERIFIER_KEYS = os.environ.get("AUDIT_RETIRED_VERIFIER_KEYS", "").split()
"""Retired keys still verify."""

AUDIT_WITNESSES = [tuple(each.split("|")) for each in os.environ.get("AUDIT_WITNESSES", "").split()]
"""Who cosigns checkpoints: `address|vkey|vkey`, several separated by spaces; held by other institutions than ours."""

AUDIT_TSA_URL = os.environ.get("AUDIT_TSA_URL", "")
"""Who stamps a checkpoint once a day (RFC 3161); empty: nobody."""

AUDIT_TSA_CERTIFICATES = os.environ.get("AUDIT_TSA_CERTIFICATES", "")
"""A PEM file with the root certificates by which the authority is believed."""

AUDIT_SEQUENCER_APART = bool(os.environ.get("AUDIT_SEQUENCER_APART"))
"""Set where a sequencer runs as a process and database role of its own: `manage.py audit sequence --forever`."""
