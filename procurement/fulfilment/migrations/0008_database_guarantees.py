from django.db import migrations

from marketplace.database.guarantees import RunGuarantees


class Migration(migrations.Migration):
    dependencies = [("fulfilment", "0007_shipments_belong_to_deliveries")]

    operations = [RunGuarantees("fulfilment")]
