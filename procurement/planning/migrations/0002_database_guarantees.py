from django.db import migrations

from marketplace.database.guarantees import RunGuarantees


class Migration(migrations.Migration):
    dependencies = [("planning", "0001_initial")]

    operations = [RunGuarantees("planning")]
