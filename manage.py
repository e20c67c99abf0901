#!/usr/bin/env python
"""Django's command line for e-Order; starts the private PostgreSQL when ``DATABASE_URL`` is unset."""

from __future__ import annotations

import os
import sys

WITHOUT_DATABASE = {
    "help",
    "--help",
    "--version",
    "version",
    "compilemessages",
    "makemessages",
    "collectstatic",
}


def main() -> None:
    """Run one management command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "marketplace.settings")
    if not os.environ.get("DATABASE_URL"):
        # a private cluster means a developer's machine; with a database of its own the default is production
        os.environ.setdefault("EORDER_ENV", "development")
    try:
        from django.core.management import execute_from_command_line

        from marketplace.database import cluster
        from marketplace.database.binaries import ClusterError
    except ImportError as error:
        sys.exit(
            f"A package is missing ({error}): run `make demo` once, then use `.venv/bin/python manage.py`."
        )
    command = sys.argv[1] if len(sys.argv) > 1 else "help"
    private = not os.environ.get("DATABASE_URL") and os.environ["EORDER_ENV"] != "production"
    if private and command not in WITHOUT_DATABASE and "--help" not in sys.argv:
        try:
            os.environ["DATABASE_URL"] = cluster.ensure_running()
        except ClusterError as error:
            sys.exit(str(error))
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
