"""Mail stays in memory and scans in a folder of the test."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _mail_and_scans_of_this_test(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.STORAGES = {
        **settings.STORAGES,
        "vendor_documents": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path},
        },
    }
