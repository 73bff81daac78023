"""Answers over HTTP on loopback, beside a plain handler that runs SQL on a bare table and joins text.

Each service is a process of its own, and the client keeps its connection, as harvesters do: making a client anew takes longer
than a short answer."""

import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import httpx
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks import peers
from benchmarks.generating import PERIODS, Material
from benchmarks.measuring import Comparison, measure
from benchmarks.storing import empty_hub, submit
from sdmx_dsm.settings import Settings
from sdmx_dsm.web import create_app

CSV = {"Accept": "application/vnd.sdmx.data+csv;version=2.0.0", "Accept-Encoding": "identity"}
DATA = "/sdmx/v2/data/dataflow/DSM/FOREIGN_POP/1.0.0"
REPEATS = 30


def comparisons(data: Material, folder: Path) -> Iterator[Comparison]:
    hub = empty_hub(data, folder)
    submit(hub, data.write("sdmx-csv-2.0", folder / "served.csv"))
    settings = hub.settings
    hub.close()
    peers.plain_load(folder / "plain.db", data.frame)
    index(data, folder / "plain.db")
    keys = data.frame.unique(data.schema.dimension_ids, maintain_order=True).select(data.schema.dimension_ids)
    one = ".".join(keys.row(len(keys) // 2))
    slice_series = max(1, 1000 // PERIODS)
    citizenship = keys["CITIZENSHIP"][len(keys) // 2]
    questions: list[tuple[str, str, int, str]] = [
        ("one series", f"{DATA}/{one}", PERIODS, where(data, keys.row(len(keys) // 2, named=True), 1_000_000)),
        (
            "1,000 observations",
            f"{DATA}/*.*.{citizenship}?limit=1000",
            slice_series * PERIODS,
            where(data, {"CITIZENSHIP": citizenship}, 1000),
        ),
        ("the whole dataflow", DATA, data.frame.height, where(data, {}, 100_000_000)),
    ]
    with (
        running(service, settings.data_dir) as ours,
        running(plain, str(folder)) as bare,
        httpx.Client(timeout=600) as client,
    ):
        for name, address, count, sql in questions:
            runs = 3 if count > 10_000 else REPEATS
            yield Comparison(
                measure(f"GET {name}, CSV 2.0", count, getter(client, f"{ours}{address}", CSV), runs),
                [measure("plain handler: SQL, joined text", count, getter(client, f"{bare}/?sql={sql}", {}), runs)],
                "p50 within 3 times" if count <= 10_000 else "400,000 obs/s",
            )


def where(data: Material, values: dict[str, str], limit: int) -> str:
    columns = data.frame.columns
    terms = " and ".join(f"c{columns.index(id)}='{value}'" for id, value in values.items()) or "1=1"
    return f"select * from plain where {terms} limit {limit}"


def index(data: Material, path: Path) -> None:
    columns = ", ".join(f"c{data.frame.columns.index(id)}" for id in ("CITIZENSHIP", "SEX", "AGE", "RESIDENCE_STATUS"))
    with sqlite3.connect(path) as connection:
        connection.execute(f"create index key on plain ({columns})")


def service(folder: str) -> Starlette:
    return create_app(Settings(data_dir=folder))


def plain(folder: str) -> Starlette:
    """The plainest service there can be."""

    def answer(request: Request) -> Response:
        connection = sqlite3.connect(Path(folder) / "plain.db")
        rows = connection.execute(request.query_params["sql"])
        body = peers.joined_text(rows)
        connection.close()
        return Response(body, media_type="text/csv")

    return Starlette(routes=[Route("/", answer)])


def getter(client: httpx.Client, url: str, headers: dict[str, str]) -> Callable[[], None]:
    def get() -> None:
        with client.stream("GET", url, headers=headers) as response:
            length = sum(len(piece) for piece in response.iter_raw())
        assert response.status_code == 200, (url, response.status_code)
        assert length

    return get


@contextmanager
def running(make: Callable[[str], Starlette], folder: str) -> Iterator[str]:
    """The application `make(folder)` in a process of its own, on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    server = get_context("spawn").Process(target=serve, args=(make, folder, port), daemon=True)
    server.start()
    address = f"http://127.0.0.1:{port}"
    while not answers(address):
        time.sleep(0.05)
    try:
        yield address
    finally:
        server.terminate()
        server.join()


def serve(make: Callable[[str], Starlette], folder: str, port: int) -> None:
    uvicorn.run(make(folder), host="127.0.0.1", port=port, log_level="error")


def answers(address: str) -> bool:
    try:
        httpx.get(address)
    except httpx.ConnectError:
        return False
    return True
