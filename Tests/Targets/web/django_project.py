"""The settings, views and routes of the two Django applications."""

import gate
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import path

if not settings.configured:
    settings.configure(
        DEBUG=False,
        SECRET_KEY="not-a-secret-of-anyone",
        ALLOWED_HOSTS=["*"],
        ROOT_URLCONF=__name__,
        MIDDLEWARE=["django.middleware.common.CommonMiddleware"],
        DATABASES={},
    )


def index(request: HttpRequest) -> HttpResponse:
    return HttpResponse("ok")


def hold(request: HttpRequest, what: str) -> HttpResponse:
    card_number = "4111 1111 1111 1111"
    held = gate.hold(what)
    return HttpResponse("{} {}".format(held, len(card_number)))


async def hold_async(request: HttpRequest, what: str) -> HttpResponse:
    card_number = "4111 1111 1111 1111"
    held = await gate.hold_async(what)
    return HttpResponse("{} {}".format(held, len(card_number)))


urlpatterns = [path("", index), path("hold/<str:what>", hold), path("hold-async/<str:what>", hold_async)]
