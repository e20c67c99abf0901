"""Triggers, checks and indexes that the models cannot say; see vendors/sql.py."""

from django.db import migrations

from marketplace.database.guarantees import RunGuarantees


class Migration(migrations.Migration):
    """Run the room's raw SQL."""

    dependencies = [
        ("vendors", "0001_initial"),
        ("partner", "0007_partneraddress_code"),
        ("basket", "0012_line_code"),
    ]

    operations = [RunGuarantees("vendors")]
