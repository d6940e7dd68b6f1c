"""The same in Django, over ASGI: /hold/NAME in a thread, /hold-async/NAME in a task."""

import django
import django_project  # noqa: F401 (configures Django)
from django.core.handlers.asgi import ASGIHandler

django.setup(set_prefix=False)
app = application = ASGIHandler()
