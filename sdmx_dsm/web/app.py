"""`create_app`: settings → the ASGI application, with its one Hub."""

import gc
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sdmx_dsm import __version__
from sdmx_dsm.errors import DsmError, Unavailable
from sdmx_dsm.service import Hub
from sdmx_dsm.service.jobs import Jobs
from sdmx_dsm.service.rendered import Rendered
from sdmx_dsm.settings import Settings, load_settings
from sdmx_dsm.web import api, portal
from sdmx_dsm.web.failures import failure
from sdmx_dsm.web.guard import Guard
from sdmx_dsm.web.outbox import Outbox
from sdmx_dsm.web.responses import incident, json_response
from sdmx_dsm.web.rest import answers, maintenance

log = logging.getLogger(__name__)


def create_app(settings: Settings) -> Starlette:
    """The service of `settings`. Its Hub is opened here, is `app.state.hub`, and closes with the application."""
    hub = Hub.open(settings)
    jobs = Jobs(settings.data_path / "jobs", settings.job_bytes, settings.job_hours, incident)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        jobs.close()
        hub.close()

    def fail(request: Request, error: Exception) -> Response:
        return failure(request, error, settings)

    app = Starlette(
        routes=[
            Route("/health", health),
            Route("/ready", ready),
            *answers.routes(),
            *maintenance.routes(),
            *api.routes(),
            *portal.routes(hub),
        ],
        middleware=[Middleware(Guard, settings=settings)],
        exception_handlers={DsmError: fail, HTTPException: fail},
        lifespan=lifespan,
    )
    app.router.redirect_slashes = False
    app.state.hub = hub
    app.state.rendered = Rendered(settings.data_path / "rendered", settings.cache_bytes)
    app.state.jobs = jobs
    app.state.outbox = Outbox(settings.data_path, settings.max_waiting_bytes)
    return app


def create_app_alone(settings: Settings) -> Starlette:
    """As `create_app`, in a process that does nothing else."""
    app = create_app(settings)
    # What is loaded by now stays: not to look through it again and again saves up to a third of the time of a long answer.
    gc.collect()
    gc.freeze()
    return app


def app_from_environment() -> Starlette:
    """For servers that make the application themselves, several times over."""
    return create_app_alone(load_settings())


async def health(_: Request) -> Response:
    """The process is up."""
    return json_response({"status": "up", "version": __version__})


def ready(request: Request) -> Response:
    """The database answers; its tables are of this version since the Hub was opened. Raises Unavailable."""
    hub: Hub = request.app.state.hub
    try:
        revision = hub.store.registry_revision()
    except Exception as error:  # whatever the driver raises: the database is not to be used now
        log.warning("Not ready", exc_info=error)
        raise Unavailable("The database does not answer.") from error
    return json_response({"status": "ready", "structures": revision})
