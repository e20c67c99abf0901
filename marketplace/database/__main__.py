"""``python -m marketplace.database start|stop|status|url|destroy``: the private cluster by hand."""

from __future__ import annotations

import argparse
import sys

from marketplace.database.binaries import ClusterError
from marketplace.database.cluster import Cluster


def main(arguments: list[str] | None = None) -> int:
    """Carry out one command and return its exit code (status: 0 running, 3 not running)."""
    parser = argparse.ArgumentParser(prog="python -m marketplace.database", description=__doc__)
    parser.add_argument("command", choices=["start", "stop", "status", "url", "destroy"])
    command = parser.parse_args(arguments).command
    cluster = Cluster()
    try:
        return _carry_out(cluster, command)
    except ClusterError as error:
        print(error, file=sys.stderr)
        return 1


def _carry_out(cluster: Cluster, command: str) -> int:
    match command:
        case "start":
            cluster.ensure_running()
            print(cluster.status())
        case "stop":
            print("PostgreSQL stopped." if cluster.stop() else "PostgreSQL did not run.")
        case "url":
            print(cluster.url())
        case "destroy":
            cluster.destroy()
            print("The private cluster and its data are gone.")
        case "status":
            status = cluster.status()
            print(status)
            return 0 if status.running else 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
