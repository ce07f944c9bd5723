"""Frameworks: clogs.contrib.django, .flask, .asgi, .structlog, .celery."""
