"""HTTP: the SDMX REST API in two versions (`rest`), the hub's own API (`api`), and the pages (`portal`).

    create_app(settings) -> the ASGI application

`responses` is the one place that knows status numbers; `guard` stands before everything; sync work runs in threads, and
long answers stream from them."""

from sdmx_dsm.web.app import app_from_environment, create_app

__all__ = ["app_from_environment", "create_app"]
