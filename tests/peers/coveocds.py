"""Open Contracting's own validator, libcoveocds (AGPL): a program of its own in an environment of its own.

`python -m venv var/peers/libcoveocds && var/peers/libcoveocds/bin/pip install libcoveocds`, or its path in LIBCOVEOCDS.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from django.conf import settings

from tests.opendata.schema import STANDARD
from tests.peers.programs import missing


def program() -> str:
    """Where it is; the test that asks is skipped where it is not."""
    own = Path(settings.BASE_DIR) / "var" / "peers" / "libcoveocds" / "bin" / "libcoveocds"
    found = os.environ.get("LIBCOVEOCDS") or (str(own) if own.exists() else shutil.which("libcoveocds"))
    if not found:
        missing("libcoveocds is not here: install it into a venv and name it in LIBCOVEOCDS")
    return str(found)


def judged(package: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What it says of a release or record package, by the standard of the shared data and without the network."""
    if not STANDARD.exists():
        missing(f"no OCDS standard at {STANDARD}")
    file = folder / "package.json"
    file.write_text(json.dumps(package))
    command = [program(), "--standard-zip", str(STANDARD), "-o", str(folder / "out"), "-d", str(file)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=170, check=False)
    assert run.returncode == 0, run.stderr[-2_000:]
    told: dict[str, Any] = json.loads(run.stdout)
    return told
