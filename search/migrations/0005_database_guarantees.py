"""Triggers that the models cannot say; see search/sql.py."""

from django.db import migrations

from marketplace.database.guarantees import RunGuarantees


class Migration(migrations.Migration):
    """Run the room's raw SQL."""

    dependencies = [("search", "0004_search_in_full")]

    operations = [RunGuarantees("search")]
