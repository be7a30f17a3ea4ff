"""Side effects of the grown mode: handed out by procrastinate 3.10, deferred in the business commit itself.

The outbox row stays the record (once per kind and key, tries, *dead* for everyone to see); a job is only its
errand, so losing or doubling one changes nothing. Jobs of a worker that died are put back by a task of our own,
because procrastinate has none.
Does not: know what a side effect does; work through a connection pooler in transaction mode (LISTEN needs a session).
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Collection, Mapping

import structlog
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision, SyncPsycopgConnector
from procrastinate.jobs import Job
from sqlalchemy import make_url
from sqlalchemy.orm import Session

log = structlog.get_logger(__name__)

Record = Callable[[Session, str, str, Mapping[str, object]], str | None]
Perform = Callable[[str], None]

TASK = "side_effect"
RESCUE = "rescue"
RESCUES = "rescues"
"""The queue of our own task; each kind of side effect has a queue by its name."""
HEARTBEAT_S = 3.0
DEAD_AFTER_S = 15.0
"""A job runner silent for longer is dead: its jobs are done by somebody else."""
LONGEST_WAIT_S = 60
POOL = 8
AT_ONCE = 4
"""Side effects of one kind that one process does side by side."""
AGAIN_S = 1.0
"""Pause before the runner starts again after the database went away."""


def _conninfo(url: str) -> str:
    """``postgresql+psycopg://…`` as libpq reads it."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


class JobDispatch:
    """``Dispatch`` over procrastinate. ``record`` writes the outbox row and returns its id, or None when it is
    there already.
    """

    def __init__(self, record: Record) -> None:
        self._record = record
        self._jobs = App(connector=SyncPsycopgConnector()).configure_task

    def enqueue(self, session: Session, kind: str, key: str, payload: Mapping[str, object]) -> None:
        """Once per kind and key, in the session's own transaction: row and job are committed together or not at all."""
        id_ = self._record(session, kind, key, payload)
        if id_ is not None:
            self.send_again(session, kind, id_)

    def send_again(self, session: Session, kind: str, outbox_id: str) -> None:
        """A new errand for a row that stands, in the session's own transaction."""
        connection = session.connection().connection.driver_connection
        self._jobs(TASK, queue=kind, queueing_lock=outbox_id, allow_unknown=True, connection=connection).defer(
            outbox_id=outbox_id
        )


def migrate_jobs(url: str) -> None:
    """Make procrastinate's tables when they are not there."""
    app = App(connector=SyncPsycopgConnector(conninfo=_conninfo(url)))
    with app.open():
        connector = app.connector.get_sync_connector()
        found = connector.execute_query_one("SELECT to_regclass('procrastinate_jobs') IS NOT NULL AS there")
        if not found["there"]:
            app.schema_manager.apply_schema()


class _Patience(BaseRetryStrategy):
    """Try again ever later; the outbox row says when it has been enough (``perform`` then raises no more)."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision:
        return RetryDecision(retry_in={"seconds": min(2 ** (job.attempts + 1), LONGEST_WAIT_S)})


def run_jobs(url: str, kinds: Collection[str], perform: Perform, stop: threading.Event) -> None:
    """Do side effects of these kinds until ``stop`` is set, however often the database goes away meanwhile.

    ``perform`` does the side effect of one outbox row; when it raises, the row is tried again later. No kind waits for
    another: a mail server that does not answer holds up no delivery.
    """
    while not stop.is_set():
        try:
            asyncio.run(_run(url, kinds, perform, stop))
        except Exception:
            log.exception("jobs.interrupted")
            stop.wait(AGAIN_S)


async def _run(url: str, kinds: Collection[str], perform: Perform, stop: threading.Event) -> None:
    app = _app(url, perform)
    async with app.open_async():
        workers = [asyncio.create_task(_work(app, queue)) for queue in kinds]
        while not stop.is_set() and not any(worker.done() for worker in workers):
            await asyncio.wait(workers, timeout=0.2, return_when=asyncio.FIRST_COMPLETED)
        ended = [worker for worker in workers if worker.done()]
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
        for worker in ended:
            worker.result()


async def _work(app: App, queue: str) -> None:
    await app.run_worker_async(
        queues=[queue, RESCUES],
        concurrency=AT_ONCE,
        install_signal_handlers=False,
        fetch_job_polling_interval=1.0,
        update_heartbeat_interval=HEARTBEAT_S,
        stalled_worker_timeout=DEAD_AFTER_S,
        shutdown_graceful_timeout=10.0,
        delete_jobs="successful",
    )


def _app(url: str, perform: Perform) -> App:
    app = App(connector=PsycopgConnector(conninfo=_conninfo(url), min_size=1, max_size=POOL))

    @app.task(name=TASK, retry=_Patience())
    async def side_effect(outbox_id: str) -> None:
        await asyncio.to_thread(perform, outbox_id)

    @app.periodic(cron="* * * * * */5")
    @app.task(name=RESCUE, queue=RESCUES, pass_context=True)
    async def rescue(context: JobContext, timestamp: int) -> None:
        """Jobs whose runner has been silent too long go back into the queue."""
        stalled = await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=DEAD_AFTER_S)
        for job in stalled:
            log.warning("jobs.rescued", job_id=job.id, task=job.task_name)
            await app.job_manager.retry_job(job)

    return app
