"""The paper's guard lets a change of the field key through; see procurement/documents/sql.py."""

from django.db import migrations

from marketplace.database.guarantees import RunGuarantees


class Migration(migrations.Migration):
    """Run the room's raw SQL again."""

    dependencies = [("documents", "0002_database_guarantees")]

    operations = [RunGuarantees("documents")]
