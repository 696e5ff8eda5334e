"""What Django must know of this layer."""

from django.apps import AppConfig


class ProjectConfig(AppConfig):
    """Registers the checks of `project/checks.py`."""

    name = "muniment.project"
    label = "project"

    def ready(self) -> None:
        """Importing the module registers its checks."""
        from muniment.project import checks  # noqa: F401  # needs the models, which are not there before now
