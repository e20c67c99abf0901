from django.db import migrations

from marketplace.database.guarantees import RunGuarantees


class Migration(migrations.Migration):
    dependencies = [("documents", "0004_procurement_counter")]

    operations = [RunGuarantees("documents")]
