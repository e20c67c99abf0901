"""The room's raw SQL of the first release; it speaks of later tables now, so the last migration of the room runs it."""

from django.db import migrations


class Migration(migrations.Migration):
    """Nothing left to do; see 0004."""

    dependencies = [
        ("vendors", "0001_initial"),
        ("partner", "0007_partneraddress_code"),
        ("basket", "0012_line_code"),
    ]

    operations = []
