"""Production refuses to start unsafe, with a sentence that says what to do; safe, it passes Django's check."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from cryptography.fernet import Fernet

from tests.house.code import PROJECT

SAFE = {
    "EORDER_ENV": "production",
    "SECRET_KEY": "k3Jd8sLq0vWz7RtYbNm2XcPa5HgFe9UoIi1TrEwQ4ZxSvDy6Bn",
    "ALLOWED_HOSTS": "e-order.example.go.id",
    "SITE_URL": "https://e-order.example.go.id",
    "DATABASE_URL": "postgresql://eorder:secret@127.0.0.1:1/eorder",
    "EORDER_FIELD_KEYS": Fernet.generate_key().decode(),
    "EORDER_INDEX_KEY": "Zq8mVt3RkXw6LpYs1NcHdJ5BfGa9EuTo",
    "AUDIT_MAC_KEY": "Wm4TzQx7JnRb2KvYp9LsHcDf6GaEu3Xo",
    "AUDIT_ORIGIN": "e-order.example.go.id/log",
    "EMAIL_HOST": "mail.example.go.id",
}
"""Names of a site that does not exist, and secrets made for this test."""


def start(changes: dict[str, str | None], *command: str) -> subprocess.CompletedProcess[str]:
    """Run Python with production's environment and some changes (None takes a name away)."""
    environment = {
        "PATH": os.environ["PATH"],
        **SAFE,
        **{name: value or "" for name, value in changes.items()},
    }
    for name in [name for name, value in changes.items() if value is None]:
        del environment[name]
    return subprocess.run(
        [sys.executable, *command],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_safe_settings_pass_djangos_own_check():
    checked = start({}, "manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert checked.returncode == 0, checked.stderr
    assert "no issues" in checked.stdout


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SECRET_KEY": None}, "SECRET_KEY"),
        ({"SIGNER": "procurement.documents.signing.local.LocalSigner"}, "SIGNER_ALLOW_LOCAL"),
        ({"SEARCH_URL": "elastic.example:9200"}, "SEARCH_URL"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY"),
        ({"SECRET_KEY": "a" * 60}, "SECRET_KEY"),
        ({"ALLOWED_HOSTS": None}, "ALLOWED_HOSTS"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"SITE_URL": "http://e-order.example.go.id"}, "SITE_URL"),
        ({"DATABASE_URL": None, "EORDER_ENV": "production"}, "DATABASE_URL"),
        ({"DATABASE_URL": "sqlite:///file.db"}, "PostgreSQL"),
        ({"DATABASE_URL": "postgresql://host"}, "DATABASE_URL"),
        ({"EORDER_FIELD_KEYS": None}, "EORDER_FIELD_KEYS"),
        ({"EORDER_FIELD_KEYS": "bm90LWEtc2VjcmV0LW91dHNpZGUtcHJvZHVjdGlvbiE="}, "EORDER_FIELD_KEYS"),
        ({"EORDER_FIELD_KEYS": "nonsense"}, "EORDER_FIELD_KEYS"),
        ({"EORDER_INDEX_KEY": "short"}, "EORDER_INDEX_KEY"),
        ({"AUDIT_MAC_KEY": SAFE["EORDER_INDEX_KEY"]}, "berbeda"),
        ({"AUDIT_OLD_MAC_KEYS": "0:former nonsense"}, "AUDIT_OLD_MAC_KEYS"),
        ({"AUDIT_OLD_MAC_KEYS": "1:former"}, "AUDIT_OLD_MAC_KEYS"),
        ({"AUDIT_ORIGIN": None}, "AUDIT_ORIGIN"),
        ({"AUDIT_WITNESSES": "https://saksi.example.go.id"}, "AUDIT_WITNESSES"),
        ({"AUDIT_TSA_URL": "http://tsa.example"}, "AUDIT_TSA_CERTIFICATES"),
        ({"EMAIL_HOST": None}, "EMAIL_HOST"),
        ({"STRIPE_API_KEY": "sk_live_x"}, "STRIPE_WEBHOOK_SECRETS"),
        ({"STRIPE_API_BASE": "http://127.0.0.1:1"}, "STRIPE_API_BASE"),
        ({"CELERY_BROKER_URL": "memory://"}, "CELERY_BROKER_URL"),
        ({"EORDER_ENV": "staging"}, "EORDER_ENV"),
    ],
    ids=lambda value: " ".join(f"{k}={v}" for k, v in value.items()) if isinstance(value, dict) else value,
)
def test_unsafe_settings_are_refused_with_a_sentence(changes, named):
    refused = start(changes, "-c", "import marketplace.settings")

    assert refused.returncode != 0
    assert named in refused.stderr.strip().splitlines()[-1], refused.stderr


def test_production_never_falls_back_to_a_private_database():
    refused = start({"DATABASE_URL": None}, "manage.py", "check")

    assert refused.returncode != 0
    assert "DATABASE_URL" in refused.stderr


def test_without_a_word_about_the_ground_it_is_production():
    refused = start({"EORDER_ENV": None, "SECRET_KEY": None}, "manage.py", "check")

    assert refused.returncode != 0
    assert "SECRET_KEY" in refused.stderr
