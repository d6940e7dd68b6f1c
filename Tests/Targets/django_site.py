"""django_site.py HOW: a site of Django that is set up in one of these ways, with traps among its settings. It answers a
line `touched` with what was called of them, and `request` with the status of a request to /shop/orders/7/.

    module      by a module of settings
    configured  by settings.configure, over defaults of its own
    lazy        by a module of settings that nothing has asked for yet
    many        as the first, with thousands of URLs
"""

import os
import sys
import types
from typing import Any, Dict

import target
import traps

target.begin()
how = sys.argv[1]

from django.conf import settings  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402

SECRETS = ["hush-key-4711", "hush-password-4711", "hush-cache-4711", "hush-old-4711"]
VALUES: Dict[str, Any] = {
    "SECRET_KEY": SECRETS[0],
    "SECRET_KEY_FALLBACKS": [SECRETS[3]],
    "DEBUG": False,
    "ALLOWED_HOSTS": ["*"],
    "ROOT_URLCONF": "shop_urls",
    "MIDDLEWARE": [
        "django.middleware.security.SecurityMiddleware",
        "shop_middleware.timing",
        "django.middleware.common.CommonMiddleware",
    ],
    "DATABASES": {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": ":memory:",
            "HOST": "db.internal",
            "PASSWORD": SECRETS[1],
            "OPTIONS": {"timeout": 20},
        }
    },
    "CACHE_URL": "redis://cache:" + SECRETS[2] + "@cache.internal/0",
    "API_TOKENS": {"customer-4711": "hush-token-4711"},
    "SHOP": traps.TrapDict(limit=5, trap=traps.Trap()),
    "SHOP_TRAP": traps.Trap(),
    "SHOP_TEXT": traps.TrapText("never shown"),
    "SHOP_CLASS": traps.Trap,
    "SHOP_HALF": "\ud800",
    "SHOP_LONG": "x" * 100000,
    "SHOP_TRAPPED": traps.Trapped(),
    "SHOP_ROUND": {},
}
VALUES["SHOP_ROUND"].update({"round{}".format(number): VALUES["SHOP_ROUND"] for number in range(200)})
settings_module = types.ModuleType("shop_settings")
settings_module.__dict__.update(VALUES)
sys.modules["shop_settings"] = settings_module


def orders(request: HttpRequest, **arguments: object) -> HttpResponse:
    return HttpResponse("ok")


def timing(get_response: Any) -> Any:
    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    return middleware


middleware_module = types.ModuleType("shop_middleware")
middleware_module.timing = timing  # type: ignore[attr-defined]
sys.modules["shop_middleware"] = middleware_module

if how == "configured":
    settings.configure(traps.Defaults(), LOGGING_CONFIG=None, INSTALLED_APPS=[], **VALUES)
else:
    os.environ["DJANGO_SETTINGS_MODULE"] = "shop_settings"

handler = None
if how in ("module", "many"):
    import django
    from django.urls import include, path, re_path
    from django.views.generic import TemplateView

    django.setup(set_prefix=False)
    inner = [
        path("orders/<int:number>/", orders, name="order"),
        re_path(r"^about/(?P<page>\w+)$", TemplateView.as_view(template_name="x"), name="about"),
    ]
    if how == "many":
        inner += [path("page{}/".format(number), orders) for number in range(7000)]
    urls = types.ModuleType("shop_urls")
    trap_view = traps.Trap()
    urls.urlpatterns = [  # type: ignore[attr-defined]
        path("shop/", include((inner, "shop"), namespace="shop")),
        path("", orders, {"trap": trap_view}),
    ]
    # As it is before an include by name has been imported.
    later = path("later/", include(([], "later")))
    later.urlconf_name = "shop_later_urls"
    urls.urlpatterns.append(later)  # type: ignore[attr-defined]
    sys.modules["shop_urls"] = urls
    from django.core.handlers.wsgi import WSGIHandler

    handler = WSGIHandler()

target.ready()
for line in sys.stdin:
    if line.strip() == "touched":
        print("touched", *traps.touched, flush=True)
    elif line.strip() == "request":
        from django.test import RequestFactory

        assert handler is not None
        print(handler.get_response(RequestFactory().get("/shop/orders/7/")).status_code, flush=True)
    elif line.strip() == "loaded":
        print("shop_later_urls" in sys.modules, settings.configured, flush=True)
os._exit(0)
