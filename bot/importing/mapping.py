"""The mapping file: how another program's columns and words become Tend's."""

import tomllib
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr, ValidationError

from bot.errors import TendError
from bot.importing.fields import FIELDS, Kind

_Column = Annotated[StrictStr, Field(min_length=1)]
_EXPECTED = {
    "kind_of_file": "write partners, activities or trust",
    "create_partners": "write true or false",
    "source": "write the name of the system that the ids are from",
    "columns": 'write our field = "their column", or a list of columns of which the first not empty counts',
    "constants": "write our field = one value",
    "days": "write day_first or month_first",
    "decimals": "write comma or point",
    "recognised_by": "write a list of columns",
    "not_with": "write a list of columns",
    "values": 'write a table [values.FIELD] with "their word" = "our word"',
}


class _MappingFile(BaseModel):
    """The file as parsed, before its fields are checked against the kind."""

    model_config = ConfigDict(extra="forbid")

    kind_of_file: Literal["partners", "activities", "trust"]
    create_partners: StrictBool = False
    source: _Column | None = None
    days: Literal["day_first", "month_first"] | None = None
    decimals: Literal["comma", "point"] | None = None
    recognised_by: list[_Column] = []
    not_with: list[_Column] = []
    columns: dict[str, _Column | Annotated[list[_Column], Field(min_length=1)]] = {}
    constants: dict[str, StrictStr | StrictInt | StrictFloat | date] = {}
    values: dict[str, dict[str, StrictStr | StrictInt]] = {}


@dataclass(frozen=True, slots=True)
class Mapping:
    """A parsed mapping file.

    `columns` lists headers per field; the first cell that is not empty counts. `constants` gives fields the same text
    in every row. `values` maps the file's words (case folded) to ours. Without `columns`, the headers are Tend's field
    names. `source` names the system that its ids are from, by default the kind of file. `day_first` and `decimal_comma`
    are None if not stated. A preset is recognised by its headers, provided the file has no header in `not_with`.
    """

    file_name: str
    kind: Kind
    create_partners: bool = False
    source: str | None = None
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    day_first: bool | None = None
    decimal_comma: bool | None = None
    recognised_by: tuple[str, ...] = ()
    not_with: tuple[str, ...] = ()


def load_mapping(path: Path) -> Mapping:
    """Read a mapping file.

    Raises:
        TendError: the file is unreadable, or a key is unknown or invalid; names the file, the key and valid values.
    """
    file = _parse(path)
    fields = FIELDS[file.kind_of_file]
    for table in (file.columns, file.constants, file.values):
        for name in table:
            if name not in fields:
                where = next(key for key in ("columns", "constants", "values") if getattr(file, key) is table)
                raise _mapping_error(path, f"{where}.{name}", f"{file.kind_of_file} have {', '.join(fields)}")
    for name in file.constants:
        if name in file.columns:
            raise _mapping_error(path, f"constants.{name}", "the field also has a column; keep one of the two")
    for name in file.values:
        if name in file.constants or (file.columns and name not in file.columns):
            raise _mapping_error(
                path, f"values.{name}", f"words are translated in a column; name it under [columns] {name}"
            )
    return Mapping(
        file_name=path.name,
        kind=file.kind_of_file,
        create_partners=file.create_partners,
        source=file.source,
        columns={
            name: (headers,) if isinstance(headers, str) else tuple(headers) for name, headers in file.columns.items()
        },
        constants={name: str(value) for name, value in file.constants.items()},
        values={name: _fold_words(path, name, words) for name, words in file.values.items()},
        day_first=None if file.days is None else file.days == "day_first",
        decimal_comma=None if file.decimals is None else file.decimals == "comma",
        recognised_by=tuple(file.recognised_by),
        not_with=tuple(file.not_with),
    )


def _parse(path: Path) -> _MappingFile:
    try:
        parsed = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        raise TendError(f"There is no mapping file {path.name}.") from None
    except OSError as error:
        raise TendError(f"The mapping file {path.name} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise TendError(f"The mapping file {path.name} is not UTF-8.") from None
    except tomllib.TOMLDecodeError as error:
        raise TendError(f"The mapping file {path.name} is not TOML: {error}.") from None
    try:
        return _MappingFile.model_validate(parsed)
    except ValidationError as error:
        place = error.errors()[0]["loc"]
        top = str(place[0])
        right = _EXPECTED.get(top, f"a mapping has {', '.join(_EXPECTED)}")
        # For a union type pydantic names the type it tried last, which helps nobody.
        raise _mapping_error(
            path, ".".join(str(part) for part in place[: 3 if top == "values" else 2]), right
        ) from None


def _fold_words(path: Path, name: str, words: dict[str, str | int]) -> dict[str, str]:
    folded: dict[str, str] = {}
    for theirs, ours in words.items():
        key = fold_word(theirs)
        if folded.setdefault(key, str(ours)) != str(ours):
            raise _mapping_error(path, f"values.{name}.{theirs}", "duplicate entry (matching ignores case)")
    return folded


def fold_word(theirs: str) -> str:
    """Return a word of the file for comparison."""
    return " ".join(theirs.split()).casefold()


def _mapping_error(path: Path, key: str, right: str) -> TendError:
    return TendError(f"{path.name}: {key} is wrong; {right}.")
