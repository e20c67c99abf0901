"""Addresses of reconciliation."""

from __future__ import annotations

from django.urls import path

from procurement.reconciliation import views

urlpatterns = [
    path("rekonsiliasi/", views.overview, name="reconciliation"),
    path("rekonsiliasi/unggah/", views.upload, name="reconciliation-upload"),
    path("rekonsiliasi/rekening/", views.open_account, name="reconciliation-account"),
    path("rekonsiliasi/pencairan/", views.provider_report, name="reconciliation-provider-report"),
    path("rekonsiliasi/hari/<str:day>/", views.day, name="reconciliation-day"),
    path("rekonsiliasi/baris/<int:pk>/", views.line, name="reconciliation-line"),
    path("rekonsiliasi/baris/<int:pk>/cocokkan/", views.match, name="reconciliation-match"),
    path("rekonsiliasi/baris/<int:pk>/batalkan/", views.undo, name="reconciliation-undo"),
    path("rekonsiliasi/baris/<int:pk>/jelaskan/", views.explain, name="reconciliation-explain"),
    path("rekonsiliasi/usulan/<int:pk>/setujui/", views.confirm, name="reconciliation-confirm"),
    path("rekonsiliasi/usulan/<int:pk>/tolak/", views.decline, name="reconciliation-decline"),
]
