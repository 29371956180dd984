"""Which column is which, how a file writes days and amounts, and whose an unknown name is."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.importing.cells import CellError, money, parse_context
from bot.importing.column_guess import SYNONYMS, guess_columns, guess_kind, normalize_header
from bot.importing.csv_reader import Sheet, parse_sheet
from bot.importing.day_cells import day
from bot.importing.locale_formats import FormatGuess, guess_day_order, guess_decimal_comma
from bot.importing.mapping import Mapping
from bot.importing.name_matching import NameAnswers
from bot.importing.run import ImportOptions, run_sheet
from storage.name_key import name_key
from tests.examples import examples
from tests.importing.offices import NOW, Office

ABOUT = parse_context(NOW.date(), "EUR")


def sheet(*headers: str) -> Sheet:
    return Sheet("a.csv", headers, (), tuple(() for _ in headers), ())


@pytest.mark.parametrize(
    ("headers", "kind", "found"),
    [
        (("COMPANY", "close-date", "Deal Value"), "activities",
         {"partner": "COMPANY", "occurred_on": "close-date", "value": "Deal Value"}),
        (("Société", "Date de clôture", "Montant"), "activities",
         {"partner": "Société", "occurred_on": "Date de clôture", "value": "Montant"}),
        (("Company", "Account"), "activities", {}),
        (("Partner", "Company"), "activities", {"partner": "Partner"}),
        (("Company size", "Amounts"), "activities", {}),
        (("Company", "Company"), "partners", {}),
    ],
)  # fmt: skip
def test_a_column_is_known_by_exactly_its_name(headers: tuple[str, ...], kind: str, found: dict[str, str]) -> None:
    """Two that could be the same field are nobody's, but our own name wins."""
    assert guess_columns(sheet(*headers), kind) == found  # type: ignore[arg-type]


def test_no_name_of_a_column_means_two_fields() -> None:
    """Within one kind of file."""
    for kind, fields in SYNONYMS.items():
        names = [normalize_header(name) for of in fields.values() for name in {normalize_header(one) for one in of}]
        assert len(names) == len(set(names)), kind


@pytest.mark.parametrize(
    ("headers", "kind"),
    [
        (("Company", "Industry"), "partners"),
        (("Company", "Close Date", "Amount"), "activities"),
        (("Partner", "Rating", "Date"), "trust"),
        (("Foo", "Bar"), None),
        (("Company", "Amount"), None),
    ],
)
def test_what_kind_of_file_it_is(headers: tuple[str, ...], kind: str | None) -> None:
    assert guess_kind(sheet(*headers)) == kind


@pytest.mark.parametrize(
    ("cells", "way"),
    [
        (["03/04/2026", "25/12/2026"], FormatGuess(True)),
        (["03/04/2026", "12/25/2026"], FormatGuess(False)),
        (["03/04/2026"], FormatGuess(None, True)),
        (["25/12/2026", "12/25/2026"], FormatGuess(None)),
        (["03/03/2026", "2026-01-02", ""], FormatGuess(None)),
    ],
)
def test_one_day_settles_the_order_of_all(cells: list[str], way: FormatGuess) -> None:
    assert (guess_day_order(cells).first, guess_day_order(cells).in_doubt) == (way.first, way.in_doubt)


@pytest.mark.parametrize(
    ("cells", "way"),
    [
        (["1.234", "1.234,56"], FormatGuess(True)),
        (["1,234", "7.5"], FormatGuess(False)),
        (["1.234"], FormatGuess(None, True)),
        (["1.234.567"], FormatGuess(True)),
        (["500", "€ 20"], FormatGuess(None)),
        (["1,5", "1.5"], FormatGuess(None)),
    ],
)
def test_one_amount_settles_the_marks_of_all(cells: list[str], way: FormatGuess) -> None:
    assert (guess_decimal_comma(cells).first, guess_decimal_comma(cells).in_doubt) == (way.first, way.in_doubt)


def test_days_and_amounts_are_read_in_the_files_way_or_refused() -> None:
    """Never in the other way, should one row not fit."""
    comma, point = (
        parse_context(NOW.date(), "EUR", decimal_comma=True),
        parse_context(NOW.date(), "EUR", decimal_comma=False),
    )
    assert [money(text, comma) for text in ("1.234", "1.234,56", "€ 7,5", "12", "1.234,500")] == [
        123_400, 123_456, 750, 1_200, 123_450,
    ]  # fmt: skip
    assert [money(text, point) for text in ("1,234", "1,234.56", "7.5")] == [123_400, 123_456, 750]
    for text, about in (("1,234.56", comma), ("1.5", comma), ("1.234,56", point), ("1,5", point)):
        with pytest.raises(CellError):
            money(text, about)
    first = parse_context(NOW.date(), "EUR", day_first=True)
    assert day("03/04/2026", first).isoformat() == "2026-04-03"
    with pytest.raises(CellError):
        day("04/25/2026", first)


@given(st.floats(0, 10**6), st.booleans())
def test_an_amount_is_the_same_however_it_is_written(amount: float, is_comma: bool) -> None:
    """1.234,56 and 1,234.56, as spreadsheets write them."""
    written = f"{amount:,.2f}"
    cents = int(written.replace(",", "").replace(".", ""))
    told = written.translate(str.maketrans(",.", ".,")) if is_comma else written
    assert money(told, parse_context(NOW.date(), "EUR", decimal_comma=is_comma)) == cents


WORDS = st.sampled_from(
    ("Acme", "Acmé", "ACME", "Legal", "Ltd", "Ltd.", "Limited", "Group", "&", "and", "North", "Nord")
)


@settings(max_examples=examples(300))
@given(st.lists(WORDS, min_size=1, max_size=4).map(" ".join), st.lists(WORDS, min_size=1, max_size=4).map(" ".join))
def test_no_likeness_ever_makes_one_partner_of_two_names(known: str, other: str) -> None:
    """It is known by an equal key, or it is asked about; nothing in between."""
    names = NameAnswers({}, [(known, 1)])
    key = name_key(other)
    assert names.answer(key) is None
    assert names.partner_of(key) is None
    if key != name_key(known):
        assert NameAnswers({name_key(known): "1"}, [(known, 1)]).partner_of(key) is None


def test_names_that_are_alike_by_the_hundred_never_meet(office: Office) -> None:
    """A partner each, and then deals under names that only look like theirs: all are asked about, and none goes in."""
    firsts, seconds, thirds = (
        ("Norlan", "Norland", "Northland"),
        ("Legal", "Law", "Lex", "Legl"),
        ("Ltd", "Ltd.", "LLP"),
    )
    everyone = [" ".join(words) for words in product(firsts, seconds, thirds)]
    known, others = everyone[::2], everyone[1::2]
    office.take("partners", "name\n" + "\n".join(known) + "\n")
    before = office.dump()
    for kind, text in (
        ("partners", "name\n" + "\n".join(others)),
        ("activities", "partner,kind,occurred_on\n" + "\n".join(f"{name},event,2026-01-01" for name in others)),
    ):
        report = run_sheet(
            office.engine,
            team=office.team,
            sheet=parse_sheet("a.csv", text.encode()),
            options=ImportOptions(
                kind=kind, mapping=Mapping("a.csv", kind, create_partners=True), by="U1", now=NOW, answers={}
            ),
        )
        assert (report.added, report.known, report.updated) == (0, 0, 0)
        assert {doubt.name for doubt in report.doubts} == set(others)
    assert office.dump() == before
