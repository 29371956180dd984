"""All benchmarks, in the order they run."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from benchmarks.all_scores import all_scores, growth, history, the_digest
from benchmarks.assistants import assistants
from benchmarks.commands import commands
from benchmarks.loads import crowds, memory_under_load, processes
from benchmarks.looking_back import looking_back
from benchmarks.measuring import Found
from benchmarks.neighbours import neighbours
from benchmarks.on_postgres import on_postgres
from benchmarks.place import Place
from benchmarks.processes import imports, memory, starting
from benchmarks.rivals import frames
from benchmarks.serving import serving
from benchmarks.ticks import ticks


@dataclass(frozen=True, slots=True)
class Subject:
    """Rows that one function measures."""

    rows: tuple[int, ...]
    do: Callable[[Place], Iterator[Found]]


SUBJECTS = (
    Subject((1, 2, 3), commands),
    Subject((4,), serving),
    Subject((5,), all_scores),
    Subject((6,), frames),
    Subject((7,), history),
    Subject((8,), growth),
    Subject((9,), ticks),
    Subject((10,), the_digest),
    Subject((11,), imports),
    Subject((12,), starting),
    Subject((13,), memory),
    Subject((14,), on_postgres),
    Subject((15,), crowds),
    Subject((16,), processes),
    Subject((17,), memory_under_load),
    Subject((18,), neighbours),
    Subject((19,), looking_back),
    Subject((20,), assistants),
)
