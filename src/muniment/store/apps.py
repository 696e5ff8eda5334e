"""The one Django app."""

from django.apps import AppConfig


class StoreConfig(AppConfig):
    """All tables live here, so there is one migration history."""

    name = "muniment.store"
    label = "store"
    default_auto_field = "django.db.models.BigAutoField"
