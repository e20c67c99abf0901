"""Addresses of public figures and of dashboards."""

from __future__ import annotations

from django.urls import path

from procurement.statistics.views import dashboards, public

urlpatterns = [
    path("belanja/", public.overview, name="spending"),
    path("bukti-nontunai/", public.proof, name="cashless-proof"),
    path("rapor/pembeli/", public.buyers, name="buyer-scorecards"),
    path("rapor/pembeli/<int:pk>/", public.buyer, name="buyer-scorecard"),
    path("dasbor/", dashboards.own, name="dashboard"),
    path("dasbor/bulanan/", dashboards.monthly, name="dashboard-monthly"),
    path("dasbor/satuan/<int:pk>/", dashboards.unit, name="dashboard-unit"),
    path("rapor/penyedia/", public.vendors, name="vendor-scorecards"),
    path("rapor/penyedia/<slug:slug>/", public.vendor, name="vendor-sales"),
]
