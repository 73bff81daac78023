"""The registry: many artefacts stored and asked for over HTTP, and one codelist of a hundred thousand codes.

All artefacts are synthetic: families of ten that hang together, over one codelist that all use. Beside an answer stands
`/health`, which every request could be no faster than."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from uuid import uuid4

import httpx

from benchmarks.generating import Material
from benchmarks.measuring import Comparison, Figure, measure, peak_mb, peak_of_this_process
from benchmarks.serving import REPEATS, getter, running, service
from sdmx_dsm import formats
from sdmx_dsm.formats import FORMATS, StructureOptions
from sdmx_dsm.model import (
    Categorisation,
    Category,
    CategoryScheme,
    Code,
    Codelist,
    Concept,
    ConceptScheme,
    CubeRegion,
    DataConstraint,
    Dataflow,
    DataProvider,
    DataProviderScheme,
    DataStructure,
    Dimension,
    Maintainable,
    Measure,
    ProvisionAgreement,
    Reference,
    Representation,
    Structures,
    ValueSelection,
)
from sdmx_dsm.service import Hub
from sdmx_dsm.settings import Settings

FAMILIES = 2_000  # of ten artefacts
CODES = 100_000
STRUCTURE = "/sdmx/v2/structure"
ACCEPT = {"Accept": "application/vnd.sdmx.structure+xml;version=3.0.0", "Accept-Encoding": "identity"}


def comparisons(_: Material, folder: Path) -> Iterator[Comparison]:
    hub = Hub.open(Settings(data_dir=str(folder / uuid4().hex)))
    artefacts = [*shared(), *chain.from_iterable(map(family, range(FAMILIES)))]
    count = len(artefacts)
    yield Comparison(
        measure(f"store {count:,} artefacts", count, lambda: hub.store.revise(artefacts, user="b"), runs=1)
    )
    yield Comparison(measure("the registry of a new process", count, lambda: hub.store.registry(), runs=3))
    changes = iter(range(1_000_000))
    hub.registry  # noqa: B018

    def change() -> None:
        (structure,) = (one for one in family(7) if isinstance(one, DataStructure))
        hub.store.revise([replace(structure, names={"en": f"Change {next(changes)}"})], user="b")
        hub.structures.resolve(structure.reference, DataStructure)

    yield Comparison(measure("change one artefact and see it", 1, change, runs=REPEATS))
    settings = hub.settings
    hub.close()
    family_1000 = f"{STRUCTURE}/datastructure/F1000/DSD/1.0.0"
    questions = [
        ("allstubs of all", f"{STRUCTURE}/*/*/*/*?detail=allstubs", count, "under 2 s"),
        ("one codelist", f"{STRUCTURE}/codelist/F1000/CL_1/1.0.0", 1, "under 10 ms"),
        ("one DSD", family_1000, 1, "under 10 ms"),
        ("a DSD, references=all", f"{family_1000}?references=all", 11, "under 100 ms"),
        (
            "a DSD, descendants, partial",
            f"{family_1000}?references=descendants&detail=referencepartial",
            7,
            "under 100 ms",
        ),
        (
            "what uses the common codelist",
            f"{STRUCTURE}/codelist/ALL/CL/1.0.0?references=parents&detail=allstubs",
            count,
            "",
        ),
        ("all in full", f"{STRUCTURE}/*/*/*/*", count, ""),
    ]
    with running(service, settings.data_dir) as server, httpx.Client(timeout=600) as client:
        bare = measure("/health", 1, getter(client, [f"{server.address}/health"], {}), REPEATS)
        for name, path, observations, target in questions:
            runs = 3 if observations == count else REPEATS
            yield Comparison(
                measure(name, observations, getter(client, [f"{server.address}{path}"], ACCEPT), runs), [bare], target
            )
    yield from codelist_comparisons(folder)


def codelist_comparisons(folder: Path) -> Iterator[Comparison]:
    path = folder / "codes.xml"
    path.write_bytes(
        b"".join(
            formats.by_name("sdmx-ml-3.0", "structure").write_structures([codes()], StructureOptions(), Structures())
        )
    )  # type: ignore[misc]
    hub = Hub.open(Settings(data_dir=str(folder / uuid4().hex)))

    def load() -> None:
        hub.store.revise(formats.read_structures(path), user="b")

    loaded = measure(f"read and store {CODES:,} codes", CODES, load, runs=1)
    memory = peak_mb("benchmarks.registry", "load", str(path), str(folder / uuid4().hex))
    yield Comparison(Figure(loaded.name, loaded.seconds, CODES, memory), target="under 10 s, 500 MB")
    settings = hub.settings
    hub.close()
    with running(service, settings.data_dir) as server, httpx.Client(timeout=600) as client:
        for row in FORMATS:
            if row.write_structures:
                headers = {"Accept": row.content_type, "Accept-Encoding": "identity"}
                get = getter(client, [f"{server.address}{STRUCTURE}/codelist/ALL/CODES/1.0.0"], headers)
                memory = peak_mb("benchmarks.registry", "write", row.name, settings.data_dir)
                seconds = measure(f"GET {CODES:,} codes, {row.name}", CODES, get).seconds
                yield Comparison(
                    Figure(f"GET {CODES:,} codes, {row.name}", seconds, CODES, memory), target="under 3 s, 500 MB"
                )
        one = getter(client, [f"{server.address}{STRUCTURE}/codelist/ALL/CODES/1.0.0/C50000"], ACCEPT)
        yield Comparison(measure("GET one of them", 1, one, REPEATS), target="under 10 ms")


def shared() -> list[Maintainable]:
    codes = tuple(Code(id=f"C{n}", names={"en": f"Code {n}"}) for n in range(20))
    topics = tuple(Category(id=f"T{n}", names={"en": f"Topic {n}"}) for n in range(10))
    return [
        Codelist(id="CL", agency="ALL", version="1.0.0", names={"en": "Common"}, items=codes),
        CategoryScheme(id="TOPICS", agency="ALL", version="1.0.0", names={"en": "Topics"}, items=topics),
    ]


def family(number: int) -> list[Maintainable]:
    """Ten artefacts of an agency of their own."""
    agency, version = f"F{number}", "1.0.0"
    names = {"en": f"Family {number}", "ru": f"Семья {number}"}
    common = {"agency": agency, "version": version, "names": names}
    lists = [f"CL_{n}" for n in range(1, 4)]

    def to(cls: str, id: str, item: str = "") -> Reference:
        return Reference(cls, agency, id, version, item)

    def dimension(id: str, codelist: Reference) -> Dimension:
        return Dimension(id=id, concept=to("Concept", "CS", id), representation=Representation(enumeration=codelist))

    codes = tuple(Code(id=f"C{n}", names={"en": f"Code {n}", "ru": f"Код {n}"}) for n in range(40))
    ids = [*lists, "COMMON"]
    return [
        *(Codelist(id=id, items=codes, **common) for id in lists),
        ConceptScheme(id="CS", items=tuple(Concept(id=id, names=names) for id in (*ids, "OBS_VALUE")), **common),
        DataStructure(
            id="DSD",
            dimensions=(
                *(dimension(id, to("Codelist", id)) for id in lists),
                dimension("COMMON", Reference("Codelist", "ALL", "CL", "1+.0.0")),
            ),
            measures=(Measure(id="OBS_VALUE", concept=to("Concept", "CS", "OBS_VALUE")),),
            **common,
        ),
        Dataflow(id="DF", structure=to("DataStructure", "DSD"), **common),
        DataProviderScheme(id="DATA_PROVIDERS", agency=agency, names=names, items=(DataProvider(id="P", names=names),)),
        ProvisionAgreement(
            id="PA",
            dataflow=to("Dataflow", "DF"),
            data_provider=Reference("DataProvider", agency, "DATA_PROVIDERS", "1.0", "P"),
            **common,
        ),
        DataConstraint(
            id="CR",
            attachment=(to("Dataflow", "DF"),),
            cube_regions=(CubeRegion(keys=(ValueSelection(id="CL_1", values=("C1", "C2")),)),),
            **common,
        ),
        Categorisation(
            id="CAT",
            source=to("Dataflow", "DF"),
            target=Reference("Category", "ALL", "TOPICS", version, f"T{number % 10}"),
            **common,
        ),
    ]


def codes() -> Codelist:
    names = [{"en": f"Territorial unit number {n}", "ru": f"Территориальная единица номер {n}"} for n in range(CODES)]
    items = tuple(
        Code(id=f"C{n}", names=name, parent=f"C{n // 10}" if n >= 10 else None) for n, name in enumerate(names)
    )
    return Codelist(id="CODES", agency="ALL", version="1.0.0", names={"en": "Codes", "ru": "Коды"}, items=items)


def main(work: str, what: str, data_dir: str) -> None:
    """One piece of work in a process of its own, for its memory."""
    hub = Hub.open(Settings(data_dir=data_dir))
    if work == "load":
        hub.store.revise(formats.read_structures(Path(what)), user="b")
    else:
        write = formats.by_name(what, "structure").write_structures
        assert write
        for piece in write(list(hub.structures), StructureOptions(), hub.structures):
            assert piece
    hub.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
    print(peak_of_this_process())
