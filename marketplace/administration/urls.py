"""Addresses of administration."""

from __future__ import annotations

from django.urls import path

from marketplace.administration import views, views_calendar, views_units

urlpatterns = [
    path("kelola/penunjukan/", views.appointments, name="appointments"),
    path("kelola/penunjukan/baru/", views.appoint, name="appointment-new"),
    path("kelola/penunjukan/<int:pk>/akhiri/", views.end_appointment, name="appointment-end"),
    path("kelola/npwp/", views_units.tax_numbers, name="unit-tax-numbers"),
    path("kelola/npwp/<int:pk>/", views_units.tax_number, name="unit-tax-number"),
    path("kelola/parameter/", views.parameters, name="parameters"),
    path("kelola/parameter/usul/", views.propose_parameter, name="parameter-propose"),
    path("kelola/parameter/<int:pk>/", views.decide_parameter, name="parameter-decide"),
    path("aturan/kalender/", views_calendar.calendar, name="holidays"),
    path("aturan/kalender/usul/", views_calendar.propose, name="holiday-propose"),
    path("aturan/kalender/<int:pk>/", views_calendar.decide, name="holiday-decide"),
]
