"""The settings under test: the real ones in the environment ``test``, on a running private cluster."""

import os

os.environ["EORDER_ENV"] = "test"
from marketplace.database import cluster

if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = cluster.ensure_running()

from marketplace.settings import *  # noqa: F403

# The tests' search engine says another product's name (tests/peers/lucene/wire.py).
SEARCH_NODE = "tests.peers.lucene.wire.PlainNode"
# The reference data of the baseline are there before the log of a test begins.
AUDIT_TABLES = "tests.baseline.TABLES"
