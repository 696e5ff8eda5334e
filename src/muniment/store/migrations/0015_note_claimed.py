from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('store', '0014_world_person_unchecked'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='note',
            name='note_kind_known',
        ),
        migrations.AddConstraint(
            model_name='note',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ('claimed', 'expedited', 'handed over', 'fell idle', 'kept', 'not taken', 'reopened', 'supplemented', 'withdrawn'))), name='note_kind_known'),
        ),
    ]
