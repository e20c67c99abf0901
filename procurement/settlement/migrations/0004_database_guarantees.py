"""Triggers that keep the books true; see `settlement/sql.py`."""

from django.db import migrations

from marketplace.database.guarantees import RunGuarantees


class Migration(migrations.Migration):
    """Run the room's raw SQL."""

    dependencies = [("settlement", "0003_full_settlement")]

    operations = [RunGuarantees("settlement")]
