"""Addresses of notices, and of parked work for operators."""

from __future__ import annotations

from django.urls import path

from marketplace.events import views

urlpatterns = [
    path("kabar/", views.inbox, name="notices"),
    path("kabar/semua/", views.read_all, name="notices_read"),
    path("kabar/<int:notice_id>/", views.open_notice, name="notice"),
    path("kelola/pekerjaan/", views.parked, name="parked"),
    path("kelola/pekerjaan/<int:job_id>/", views.retry_job, name="parked_job_retry"),
    path("kelola/catatan/<int:parked_id>/", views.retry_entry, name="parked_entry_retry"),
]
