"""What the database itself refuses: see store/sql/walls.sql."""

from django.db import migrations

from muniment.store import sql


class Migration(migrations.Migration):
    """There is no way back: a ledger that could lose its walls would be no evidence."""

    dependencies = [("store", "0001_tables")]
    operations = [migrations.RunSQL(sql.text("walls.sql"))]
