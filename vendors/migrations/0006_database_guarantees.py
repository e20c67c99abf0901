from django.db import migrations

from marketplace.database.guarantees import RunGuarantees


class Migration(migrations.Migration):
    dependencies = [("vendors", "0005_procurement_counter")]

    operations = [RunGuarantees("vendors")]
