"""Addresses of planning."""

from __future__ import annotations

from django.urls import path, re_path

from procurement.planning import views, views_import, views_preparation

_PACKAGE = r"^paket/(?P<kd_rup>[0-9]{6,10})/"

urlpatterns = [
    path("paket/", views.package_list, name="packages"),
    path("paket/impor/", views_import.import_page, name="packages-import"),
    path("paket/disposisi/", views_preparation.dispose_many, name="packages-dispose"),
    path("paket/beban/", views_preparation.workload, name="packages-workload"),
    re_path(rf"{_PACKAGE}$", views.package_page, name="package"),
    re_path(rf"{_PACKAGE}hps/$", views_preparation.estimate, name="package-estimate"),
    re_path(rf"{_PACKAGE}hps/baru/$", views_preparation.add_line, name="package-hps-line"),
    re_path(rf"{_PACKAGE}hps/ongkir/$", views_preparation.shipping, name="package-hps-shipping"),
    re_path(
        rf"{_PACKAGE}hps/(?P<position>[0-9]{{1,4}})/hapus/$",
        views_preparation.remove_line,
        name="package-hps-remove",
    ),
    re_path(rf"{_PACKAGE}gantikan/$", views_preparation.stand_in, name="package-stand-in"),
    re_path(rf"{_PACKAGE}dispose/$", views.dispose, name="package-dispose"),
    re_path(rf"{_PACKAGE}reassign/$", views.reassign, name="package-reassign"),
    re_path(rf"{_PACKAGE}prepare/$", views.prepare, name="package-prepare"),
    re_path(rf"{_PACKAGE}revise/$", views.revise, name="package-revise"),
    re_path(rf"{_PACKAGE}close/$", views.close, name="package-close"),
]
