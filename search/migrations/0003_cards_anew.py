"""Cards are a read model: they are dropped and made anew by `manage.py search_rebuild`, not carried over."""

from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("search", "0002_initial")]

    operations = [migrations.DeleteModel("ListingCard")]
