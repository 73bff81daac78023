"""Random releases of the example dataflow: insertions, revisions and deletions at every level, by two agreements."""

from random import Random
from typing import Final

from sdmx_dsm.errors import Conflict
from sdmx_dsm.model import Release
from sdmx_dsm.store import Part, Store
from tests.store.lines import EXAMPLE, KG, TJ, batch

SEXES: Final = ("F", "M", "_T")


class Reporters:
    """Two agreements whose series change without end."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def release(self, store: Store) -> Release:
        while True:
            parts = [
                Part(
                    schema=EXAMPLE, agreement=agreement, action=self.random.choice(("Merge", "Replace")), batches=[rows]
                )  # type: ignore[arg-type]
                for agreement in self.random.sample((KG, TJ), self.random.randint(1, 2))
                for rows in [batch(*self.lines())]
            ]
            try:
                return store.publish(parts, submission="", user="test")
            except Conflict:  # a series of the other
                continue

    def lines(self) -> list[str]:
        made = [
            make()
            for make in self.random.choices(
                (self.obs, self.series, self.partial, self.dataset, self.delete, self.delete_values),
                (8, 3, 3, 2, 2, 3),
                k=5,
            )
        ]
        # Of two lines that put the same only one is right.
        return list({" ".join(line.split(" ")[:3]): line for line in made}.values())

    def code(self, *codes: str, open: float = 0) -> str:
        return "*" if self.random.random() < open else self.random.choice(codes)

    def period(self) -> str:
        return self.random.choice(("2019", "2020", "2021", "2020-Q1", "2020-Q2"))

    def value(self) -> str:
        return self.random.choice(("1", "2.50", "-3", "NaN"))

    def some(self, **values: str) -> str:
        ids = self.random.sample(list(values), self.random.randint(1, len(values)))
        return " ".join(f"{id}={values[id]}" for id in ids)

    def key(self, open: float = 0) -> str:
        return f"{self.code('A', 'Q', open=open)}.{self.code('KG', 'TJ', open=open)}.{self.code(*SEXES, open=open)}"

    def obs(self) -> str:
        values = {"OBS_VALUE": self.value(), "OBS_STATUS": self.code("A", "E"), "COMMENT_OBS": self.code("x", "y,z")}
        return f"{self.key()} {self.period()} {self.some(**values)}"

    def series(self) -> str:
        return f"series {self.key()} {self.some(UNIT_MEASURE=self.code('PS', 'PC'), COLLECTION=self.code('c', 'd'))}"

    def partial(self) -> str:
        area = self.code("KG", "TJ")
        if self.random.random() < 0.5:
            return f"partial *.{area}.* COVERAGE={self.code('all', 'part')}"
        return f"partial *.{area}.{self.code(*SEXES)} TITLE={self.code('t', 'u')}"

    def dataset(self) -> str:
        values = {"SOURCE_NOTE": self.code("n", "m"), "REPORTING_YEAR_START_DAY": self.code("--01-01", "--07-01")}
        return f"dataset *.*.* {self.some(**values)}"

    def delete(self) -> str:
        period = f" {self.period()}" if self.random.random() < 0.6 else ""
        return f"delete {self.key(open=0.3)}{period}"

    def delete_values(self) -> str:
        ids = (
            "OBS_VALUE",
            "OBS_STATUS",
            "COMMENT_OBS",
            "UNIT_MEASURE",
            "COLLECTION",
            "TITLE",
            "COVERAGE",
            "SOURCE_NOTE",
        )
        period = f" {self.period()}" if self.random.random() < 0.3 else ""
        return f"delete {self.key(open=0.4)}{period} {self.some(**dict.fromkeys(self.random.sample(ids, 3), '?'))}"
