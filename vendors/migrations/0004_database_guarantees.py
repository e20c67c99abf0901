"""Triggers, checks and indexes that the models cannot say; see vendors/sql.py."""

from django.db import migrations

from marketplace.database.guarantees import RunGuarantees


class Migration(migrations.Migration):
    """Run the room's raw SQL, again where an older form of it ran."""

    dependencies = [("vendors", "0003_onboarding_and_quality")]

    operations = [RunGuarantees("vendors")]
