"""Addresses of planning."""

from __future__ import annotations

from django.urls import path, re_path

from procurement.planning import views, views_import

_PACKAGE = r"^paket/(?P<kd_rup>[0-9]{6,10})/"

urlpatterns = [
    path("paket/", views.package_list, name="packages"),
    path("paket/impor/", views_import.import_page, name="packages-import"),
    re_path(rf"{_PACKAGE}$", views.package_page, name="package"),
    re_path(rf"{_PACKAGE}dispose/$", views.dispose, name="package-dispose"),
    re_path(rf"{_PACKAGE}reassign/$", views.reassign, name="package-reassign"),
    re_path(rf"{_PACKAGE}prepare/$", views.prepare, name="package-prepare"),
    re_path(rf"{_PACKAGE}revise/$", views.revise, name="package-revise"),
    re_path(rf"{_PACKAGE}close/$", views.close, name="package-close"),
]
