from django.db import migrations

from marketplace.database.guarantees import RunGuarantees


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0002_initial")]

    operations = [RunGuarantees("fulfilment")]
