"""The same provider and store as in the tests of settlement."""

from tests.settlement.conftest import _own_store, stripe

__all__ = ["_own_store", "stripe"]
