"""Addresses of the log: pages for overseers below /audit/, the published tree below /tlog/."""

from __future__ import annotations

from django.urls import path

from marketplace.audit import views

urlpatterns = [
    path("audit/", views.explorer, name="audit"),
    path("audit/cerita/<str:aggregate_type>/<str:aggregate_id>/", views.story, name="audit-story"),
    path(
        "audit/cerita/<str:aggregate_type>/<str:aggregate_id>/bukti.tlog-proof",
        views.story_file,
        name="audit-story-file",
    ),
    path("audit/bukti/<int:entry_id>/", views.proof, name="audit-proof"),
    path("audit/bukti/<int:entry_id>.tlog-proof", views.proof_file, name="audit-proof-file"),
    path("tlog/checkpoint", views.checkpoint, name="tlog-checkpoint"),
    path("tlog/stamp/<int:size>.tsr", views.stamp, name="tlog-stamp"),
    path("tlog/stamp/<int:size>.checkpoint", views.stamped_checkpoint, name="tlog-stamped-checkpoint"),
    path("tlog/tile/<path:path>", views.tile, name="tlog-tile"),
]
