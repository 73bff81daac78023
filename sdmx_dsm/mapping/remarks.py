"""What a map could not do, or did beyond copying: counted by code, with the first examples of each."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_EXAMPLES: Final = 100


@dataclass(frozen=True, slots=True)
class Remark:
    """`value`: of the source, or the key of the target, as the code's sentence says; `count`: of rows of the source."""

    code: str
    component: str
    value: str
    count: int


class Remarks:
    """The codes are those of the catalogue of findings. Memory is bounded: `counts` has all, `examples` the first of each."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._examples: dict[tuple[str, str, str], int] = {}
        self._kept: Counter[str] = Counter()

    def add(self, code: str, component: str = "", value: str = "", count: int = 1) -> None:
        self.counts[code] += count
        example = (code, component, value)
        if example not in self._examples:
            if self._kept[code] == _EXAMPLES:
                return
            self._kept[code] += 1
        self._examples[example] = self._examples.get(example, 0) + count

    def examples(self) -> Iterator[Remark]:
        return (Remark(*example, count) for example, count in self._examples.items())
