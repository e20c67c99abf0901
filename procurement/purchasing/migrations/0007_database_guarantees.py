from django.db import migrations

from marketplace.database.guarantees import RunGuarantees


class Migration(migrations.Migration):
    dependencies = [("purchasing", "0006_places_belong_to_deliveries")]

    operations = [RunGuarantees("purchasing")]
