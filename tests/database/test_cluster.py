"""The private cluster on real servers of its own: started twice, killed, crowded out, moved outside."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from marketplace.database import binaries, cluster, processes
from marketplace.database.binaries import ClusterError
from marketplace.database.cluster import Cluster
from tests.house.code import PROJECT

START = (
    "import sys; from pathlib import Path; from marketplace.database.cluster import Cluster; "
    "print(Cluster(Path(sys.argv[1])).ensure_running())"
)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A project folder that the server's account can reach, under the project's own var."""
    folder = PROJECT / "var" / f"test-cluster-{os.getpid()}"
    folder.mkdir(parents=True)
    yield folder
    Cluster(folder).destroy()
    shutil.rmtree(folder)


@pytest.fixture
def own(place: Path) -> Cluster:
    """A cluster beside the one that serves the tests."""
    return Cluster(place)


def starter(folder: Path) -> subprocess.Popen[str]:
    """A process of its own that starts the cluster and ends."""
    return subprocess.Popen(
        [sys.executable, "-c", START, str(folder)], cwd=PROJECT, stdout=subprocess.PIPE, text=True
    )


def answers(url: str) -> int:
    """Ask the server for its process id."""
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT 1").fetchone()
        assert row is not None
        return int(row[0])


def test_two_starters_get_one_server_that_outlives_them(own):
    first, second = starter(own.project), starter(own.project)
    urls = {process.communicate(timeout=90)[0].strip() for process in (first, second)}

    assert len(urls) == 1
    assert answers(urls.pop()) == 1
    assert own.status().running
    assert own.ensure_running() == own.url()


def test_a_password_guards_the_loopback_port(own):
    own.ensure_running()

    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(
            host="127.0.0.1", port=own.status().port, user=cluster.ROLE, password="guess", dbname="postgres"
        )


def test_a_killed_server_comes_back_with_its_data(own):
    with psycopg.connect(own.ensure_running()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        connection.execute("INSERT INTO kept VALUES (42)")
    os.kill(own.status().pid, signal.SIGKILL)
    assert processes.wait_until(lambda: not own.status().running, 10)

    with psycopg.connect(own.ensure_running()) as connection:
        assert (42,) in connection.execute("SELECT n FROM kept").fetchall()


def test_a_number_that_another_process_has_by_now_is_not_taken_for_a_server(own):
    own.ensure_running()
    own.stop()
    mistaken = own.data / "postmaster.pid"
    mistaken.write_text(f"{os.getpid()}\n{own.data}\n0\n{own.status().port}\n\n127.0.0.1\n0 0\nready\n")

    assert not own.status().running
    assert answers(own.ensure_running()) == 1


def test_a_taken_port_is_left_to_its_owner(own):
    own.ensure_running()
    before = own.status().port
    own.stop()
    with socket.socket() as owner:
        owner.bind(("127.0.0.1", before))
        owner.listen()

        own.ensure_running()

    assert own.status().port != before
    assert answers(own.url()) == 1


def test_stopping_twice_is_no_fault(own):
    own.ensure_running()

    assert own.stop() is True
    assert own.stop() is False
    assert not own.status().running
    assert own.status().pid is None


def test_a_full_disk_is_said_in_one_sentence(place, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10**9, 10**9, 10**6))
    full = Cluster(place / "full")
    full.project.mkdir()

    with pytest.raises(ClusterError, match="Only 1 MB are free"):
        full.ensure_running()

    assert not (full.var / "postgres").exists()


def test_data_of_another_version_are_left_alone(place):
    old = Cluster(place / "old")
    old.data.mkdir(parents=True)
    (old.data / "PG_VERSION").write_text("9\n")

    with pytest.raises(ClusterError, match=r"made by PostgreSQL 9, but only PostgreSQL [\d, ]+ is here"):
        old.ensure_running()

    assert sorted(path.name for path in old.data.iterdir()) == ["PG_VERSION"]


def test_before_its_first_start_it_has_no_address(place):
    with pytest.raises(ClusterError, match="never started"):
        Cluster(place / "new").url()


@pytest.mark.skipif(os.geteuid() != 0, reason="only a root user's server runs under another account")
def test_where_the_account_cannot_go_data_and_programs_lie_outside(tmp_path, monkeypatch):
    tmp_path.chmod(0o700)
    hidden = tmp_path / "site-packages"
    prefix = binaries.find().prefix
    shutil.copytree(prefix, hidden / prefix.parent.name / prefix.name, symlinks=True)
    for libraries in prefix.parents[1].glob(f"{prefix.parent.name}.libs"):
        shutil.copytree(libraries, hidden / libraries.name)
    found = binaries.Binaries(hidden / prefix.parent.name / prefix.name / "bin", binaries.find().major)
    monkeypatch.setattr(binaries, "find", lambda major=None: found)
    outside = Cluster(tmp_path)
    try:
        assert answers(outside.ensure_running()) == 1
        assert outside.home.is_relative_to(cluster.OUTSIDE)
        assert (outside.home / "programs").is_dir()
        home = outside.home
    finally:
        outside.destroy()

    assert not home.exists()
    assert not (outside.var / "postgres").is_symlink()


def test_the_command_line_tells_by_its_exit_code():
    told = subprocess.run(
        [sys.executable, "-m", "marketplace.database", "status"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == (0 if Cluster().status().running else 3)
    assert "PostgreSQL" in told.stdout


@pytest.mark.parametrize(("gigabytes", "megabytes"), [(0, 128), (1, 128), (24, 1536), (256, 2048)])
def test_the_buffers_follow_the_memory_of_the_machine(gigabytes, megabytes):
    assert cluster.buffers_for(gigabytes * 2**30) == megabytes
