"""The same in Django, over WSGI."""

import django
import django_project  # noqa: F401 (configures Django)
from django.core.handlers.wsgi import WSGIHandler

django.setup(set_prefix=False)
app = application = WSGIHandler()
