"""The Celery application. Each setting is there because its lack lost or doubled work when processes were killed."""

from __future__ import annotations

import os

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")


def broker_url(redis_url: str) -> str:
    """Celery's name for a Redis on a unix socket differs from redis-py's."""
    if not redis_url.startswith("unix://"):
        return redis_url
    path, _, query = redis_url.removeprefix("unix://").partition("?")
    return f"redis+socket://{path}?virtual_host={query.removeprefix('db=') or 0}"


app = Celery("shiori")
app.conf.update(
    broker_url=broker_url(settings.REDIS_URL),
    task_ignore_result=True,
    accept_content=["json"],
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_retry_on_worker_lost=True,
    task_acks_on_timeout=True,
    task_soft_time_limit=540,
    task_time_limit=600,
    worker_prefetch_multiplier=1,
    worker_concurrency=settings.WORKER_PROCESSES,
    worker_max_tasks_per_child=50,
    worker_max_memory_per_child=700_000,
    worker_soft_shutdown_timeout=20,
    worker_hijack_root_logger=False,
    broker_connection_max_retries=None,
    broker_connection_retry_on_startup=True,
    broker_transport_options={
        # Longer than the hard time limit, or a long task would be handed out twice.
        "visibility_timeout": 900,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        # Who sends a message does not wait for a broker that is away: the row is in the database, the sweep finds it.
        "max_retries": 1,
        "interval_start": 0,
        "interval_step": 0.1,
    },
    timezone=settings.TIME_ZONE,
    beat_schedule_filename=str(settings.DATA_DIR / "beat"),
    beat_schedule={"sweep": {"task": "ingest.tasks.sweep", "schedule": 10.0}},
)
app.autodiscover_tasks(["ingest", "retrieval"])
