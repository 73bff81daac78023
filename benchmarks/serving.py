"""Answers over HTTP on loopback, beside a plain handler that runs SQL on a bare table and joins text.

Each service is a process of its own, and the client keeps its connection, as harvesters do: making a client anew takes longer
than a short answer."""

import socket
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import cycle
from multiprocessing import get_context
from pathlib import Path

import httpx
import polars as pl
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks import peers
from benchmarks.generating import PERIODS, Material
from benchmarks.measuring import Comparison, measure, peak_of_process
from benchmarks.storing import empty_hub, submit
from sdmx_dsm.settings import Settings
from sdmx_dsm.web.app import create_app_alone

CSV = {"Accept": "application/vnd.sdmx.data+csv;version=2.0.0", "Accept-Encoding": "identity"}
DATA = "/sdmx/v2/data/dataflow/DSM/FOREIGN_POP/1.0.0"
REPEATS = 100


@dataclass(frozen=True, slots=True)
class Question:
    """The same for us, `path`, and for the plain handler, `sql`."""

    path: str
    sql: str


def comparisons(data: Material, folder: Path) -> Iterator[Comparison]:
    settings = served(data, folder)
    whole = [Question(DATA, where(data, {}, 100_000_000))]
    questions = [
        ("one series", one_series(data), PERIODS),
        ("1,000 observations", thousands(data), 1000),
        ("the whole dataflow", whole, data.frame.height),
    ]
    with (
        running(service, settings.data_dir) as ours,
        running(plain, str(folder)) as bare,
        httpx.Client(timeout=600) as client,
    ):
        for name, asked, count in questions:
            runs = 1 if count > 10_000 else REPEATS  # the second would come from what is kept
            paths = [ours.address + question.path for question in asked]
            queries = [f"{bare.address}/?sql={question.sql}" for question in asked]
            yield Comparison(
                measure(f"GET {name}, CSV 2.0", count, getter(client, paths, CSV), runs, ours.cpu_seconds),
                [
                    measure(
                        "plain handler: SQL, joined text", count, getter(client, queries, {}), runs, bare.cpu_seconds
                    )
                ],
                "p50 within 3 times" if count <= 10_000 else "400,000 obs/s",
            )


def served(data: Material, folder: Path) -> Settings:
    """A hub that has the data, and `plain.db` in the folder with the same in one table."""
    hub = empty_hub(data, folder)
    submit(hub, data.write("sdmx-csv-2.0", folder / "served.csv"))
    settings = hub.settings
    hub.close()
    peers.plain_load(folder / "plain.db", data.frame)
    index(data, folder / "plain.db")
    return settings


def one_series(data: Material) -> list[Question]:
    """Each about a series of its own, so that nothing kept of an answer helps the next."""
    return [
        Question(f"{DATA}/{'.'.join(key.values())}", where(data, key, 1_000_000))
        for key in spread_keys(data).iter_rows(named=True)
    ]


def thousands(data: Material) -> list[Question]:
    """Slices of fifty series, each from a place of its own among those of one citizenship."""
    found = []
    for place, key in enumerate(spread_keys(data).iter_rows(named=True)):
        citizenship = key["CITIZENSHIP"]
        sql = where(data, {"CITIZENSHIP": citizenship}, 1000)
        found.append(Question(f"{DATA}/*.*.{citizenship}?limit=1000&offset={place}", f"{sql} offset {place}"))
    return found


def spread_keys(data: Material) -> pl.DataFrame:
    """Of at most `REPEATS` series, at equal distances."""
    keys = data.frame.unique(data.schema.dimension_ids, maintain_order=True).select(data.schema.dimension_ids)
    return keys.gather_every(max(1, keys.height // REPEATS)).head(REPEATS)


def where(data: Material, values: dict[str, str], limit: int) -> str:
    columns = data.frame.columns
    terms = " and ".join(f"c{columns.index(id)}='{value}'" for id, value in values.items()) or "1=1"
    return f"select * from plain where {terms} limit {limit}"


def index(data: Material, path: Path) -> None:
    columns = ", ".join(f"c{data.frame.columns.index(id)}" for id in ("CITIZENSHIP", "SEX", "AGE", "RESIDENCE_STATUS"))
    with sqlite3.connect(path) as connection:
        connection.execute(f"create index key on plain ({columns})")


def service(folder: str) -> Starlette:
    return create_app_alone(Settings(data_dir=folder))


def plain(folder: str) -> Starlette:
    """The plainest service there can be."""

    def answer(request: Request) -> Response:
        connection = sqlite3.connect(Path(folder) / "plain.db")
        rows = connection.execute(request.query_params.get("sql", "select 1"))
        body = peers.joined_text(rows)
        connection.close()
        return Response(body, media_type="text/csv")

    return Starlette(routes=[Route("/", answer)])


def getter(client: httpx.Client, urls: Iterable[str], headers: dict[str, str]) -> Callable[[], None]:
    """Asks for one after the other, and for the first again after the last."""
    asked = cycle(urls)

    def get() -> None:
        url = next(asked)
        with client.stream("GET", url, headers=headers) as response:
            length = sum(len(piece) for piece in response.iter_raw())
        assert response.status_code == 200, (url, response.status_code)
        assert length

    return get


@dataclass(frozen=True, slots=True)
class Server:
    address: str
    process: int

    def cpu_seconds(self) -> float:
        """What all its threads have computed so far."""
        tasks = Path(f"/proc/{self.process}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e9

    def peak_mb(self) -> float:
        return peak_of_process(self.process)


@contextmanager
def running(make: Callable[[str], Starlette], folder: str) -> Iterator[Server]:
    """The application `make(folder)` in a process of its own, on a free port of this machine."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    process = get_context("spawn").Process(target=serve, args=(make, folder, port), daemon=True)
    process.start()
    assert process.pid
    server = Server(f"http://127.0.0.1:{port}", process.pid)
    while not answers(server.address):
        time.sleep(0.05)
    try:
        yield server
    finally:
        process.terminate()
        process.join()


def serve(make: Callable[[str], Starlette], folder: str, port: int) -> None:
    uvicorn.run(make(folder), host="127.0.0.1", port=port, log_level="error")


def answers(address: str) -> bool:
    try:
        httpx.get(address)
    except httpx.ConnectError:
        return False
    return True
