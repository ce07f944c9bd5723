"""A small shop on Django, in one file: `python shop.py runserver`, with a server on localhost:9090."""

from __future__ import annotations

import logging
import os
import sys

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path

STOCK = {"A-1": 3, "B-2": 0}

settings.configure(
    ROOT_URLCONF=__name__,
    SECRET_KEY=os.environ.get("SECRET_KEY", "of the example only"),
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    MIDDLEWARE=["clogs.contrib.django.RequestMiddleware"],
    CLOGS={"service": os.environ.get("CLOGS_SERVICE", "django-shop"),
           "request": {"skip": ["/health"]}},
    LOGGING={"version": 1, "disable_existing_loggers": False,
             "handlers": {"clogs": {"class": "clogs.Handler", "level": "INFO"}},
             "root": {"handlers": ["clogs"], "level": "INFO"}},
)

log = logging.getLogger("shop")


def health(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"ok": True})


def add(_request: HttpRequest, sku: str) -> JsonResponse:
    if sku not in STOCK:
        log.warning("no such article %s", sku, extra={"sku": sku})
        return JsonResponse({"error": "no such article"}, status=404)
    if STOCK[sku] == 0:
        raise RuntimeError(f"{sku} is sold out")
    STOCK[sku] -= 1
    log.info("added %s", sku, extra={"sku": sku, "left": STOCK[sku]})
    return JsonResponse({"sku": sku, "left": STOCK[sku]}, status=201)


urlpatterns = [path("health", health), path("cart/<str:sku>", add)]
application = get_wsgi_application()

if __name__ == "__main__":
    execute_from_command_line(sys.argv)
