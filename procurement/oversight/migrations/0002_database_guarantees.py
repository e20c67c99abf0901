from django.db import migrations

from marketplace.database.guarantees import RunGuarantees


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_initial")]

    operations = [RunGuarantees("oversight")]
