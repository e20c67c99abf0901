"""A stand-in for the payment provider, shared with the tests of settlement."""

from __future__ import annotations

from tests.settlement.conftest import stripe

__all__ = ["stripe"]
