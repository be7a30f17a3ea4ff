"""The web process for gunicorn: ``backend.wsgi:app``."""

from backend.api.logs import configure_logs
from backend.config import from_env
from backend.factory import create_app

settings = from_env()
configure_logs()
app = create_app(settings).app
