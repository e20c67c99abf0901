"""Address of the running deadlines."""

from __future__ import annotations

from django.urls import path

from marketplace.deadlines import views

urlpatterns = [path("tenggat/", views.deadlines, name="deadlines")]
