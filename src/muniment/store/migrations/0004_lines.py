from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("store", "0003_supervising"),
    ]

    operations = [
        migrations.AddField(
            model_name="line",
            name="certificate",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="line",
            name="fingerprint",
            field=models.CharField(blank=True, default="", max_length=64),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="line",
            constraint=models.UniqueConstraint(
                condition=models.Q(("fingerprint", ""), _negated=True),
                fields=("fingerprint",),
                name="line_certificate_once",
            ),
        ),
    ]
