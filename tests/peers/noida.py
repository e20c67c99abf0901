"""noida-db: a small program that speaks Elasticsearch's wire from memory. It is slow with many documents."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from urllib.request import urlopen

from tests.peers.lucene.node import NotHere, free_port

START_SECONDS = 20


@contextmanager
def running() -> Iterator[str]:
    """Its address, while it runs."""
    try:
        program = Path(str(files("noida_db"))) / "noida-db"
    except ModuleNotFoundError as missing:
        raise NotHere("the package noida-db is not installed (extra `test`)") from missing
    folder = Path(tempfile.mkdtemp(prefix="noida-"))
    own = folder / "noida-db"  # the package's own file may not be ours to make executable
    shutil.copy(program, own)
    own.chmod(0o755)
    port = free_port()
    command = [str(own), "start", "--only", "elasticsearch", "--elasticsearch-port", str(port)]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen([*command, "--data-dir", str(folder / "data")], stdout=log, stderr=log)
    try:
        _wait(f"http://127.0.0.1:{port}", process, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.05)
    raise NotHere(f"it did not start: {log.read_text(errors='replace')[-500:]}")
