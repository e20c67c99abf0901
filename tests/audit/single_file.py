"""The single-file verifier as a module, so that a hundred checks do not start a hundred programs."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

VERIFIER = Path(__file__).resolve().parents[2] / "docs" / "verifier" / "verify.py"


def _loaded() -> ModuleType:
    spec = importlib.util.spec_from_file_location("single_file_verifier", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


VERIFY = _loaded()
