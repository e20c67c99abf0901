"""The same store for files as in the tests of settlement."""

from tests.settlement.conftest import _own_store

__all__ = ["_own_store"]
