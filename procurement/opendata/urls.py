"""Addresses of open data, all below /data-terbuka/."""

from __future__ import annotations

from django.urls import path

from procurement.opendata.views import lkpp, ocds, pages

urlpatterns = [
    path("data-terbuka/", pages.index, name="open-data"),
    path("data-terbuka/kebijakan/", pages.policy, name="open-data-policy"),
    path("data-terbuka/katalog.jsonld", pages.catalogue, name="open-data-catalogue"),
    path("data-terbuka/lisensi.json", pages.licence, name="open-data-licence"),
    path("data-terbuka/proses/<str:ocid>/", pages.process, name="ocds-process"),
    path("data-terbuka/ocds/rilis.json", ocds.releases, name="ocds-releases"),
    path("data-terbuka/ocds/rilis.jsonl", ocds.bulk, name="ocds-bulk"),
    path("data-terbuka/ocds/rilis/<str:ocid>/<int:leaf_index>.json", ocds.release, name="ocds-release"),
    path("data-terbuka/ocds/rekaman/<str:ocid>.json", ocds.record, name="ocds-record"),
    path("data-terbuka/ocds/ekstensi/extension.json", ocds.extension, name="ocds-extension"),
    path(
        "data-terbuka/ocds/ekstensi/release-schema.json", ocds.extension_schema, name="ocds-extension-schema"
    ),
    path("data-terbuka/lkpp/<slug:name>-<int:year>.csv", lkpp.as_csv, name="lkpp-csv"),
    path("data-terbuka/lkpp/<slug:name>-<int:year>.json", lkpp.as_json, name="lkpp-json"),
]
