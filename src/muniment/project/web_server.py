"""The settings of gunicorn, which reads this module: `gunicorn -c python:muniment.project.web_server`."""

from __future__ import annotations

from typing import Any, Final

from muniment.project import environment

wsgi_app: Final = "muniment.project.wsgi:application"
bind: Final = environment.text("MUNIMENT_ADDRESS")
workers: Final = 2
worker_class: Final = "gthread"
threads: Final = max(1, environment.whole("MUNIMENT_WEB_THREADS") // workers)
timeout: Final = 60
graceful_timeout: Final = 20
certfile: Final = environment.text("MUNIMENT_TLS_CERTIFICATE") or None
keyfile: Final = environment.text("MUNIMENT_TLS_KEY") or None
control_socket_disable: Final = True
proc_name: Final = "muniment-web"

logconfig_dict: Final[dict[str, Any]] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "muniment.project.logs.JsonLine"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {"gunicorn.error": {"level": "INFO", "handlers": ["stderr"], "propagate": False}},
}
