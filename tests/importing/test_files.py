"""What a file may look like, and what is said of one that can't be read."""

import pytest

from bot.errors import TendError
from bot.importing.csv_reader import read_sheet

HEAD = "partner,kind,occurred_on,title\n"


@pytest.mark.parametrize(
    "text",
    [
        "partner,kind,occurred_on\nAcme Legal,event,2026-01-05\n",
        "\ufeffpartner,kind,occurred_on\nAcme Legal,event,2026-01-05\n",
        "partner;kind;occurred_on\r\nAcme Legal;event;2026-01-05\r\n",
        "partner\tkind\toccurred_on\nAcme Legal\tevent\t2026-01-05",
        "sep=;\npartner;kind;occurred_on\nAcme Legal;event;2026-01-05\n",
        " Partner , KIND,Occurred On\n  acmelegal ,Event, 5 January 2026\n",
        "\n\npartner,kind,occurred_on\n\n,,\nAcme Legal,event,2026-01-05,,\n\n",
        'kind,occurred_on,partner\n"event","2026-01-05T23:30:00+02:00","ACME"\n',
    ],
)
def test_a_row_is_read_in_every_usual_shape(acme, text):
    report = acme.take("activities", text)
    assert (report.rows, report.added, report.bad) == (1, 1, ())
    (row,) = acme.rows("activity")
    assert (row["kind"], row["occurred_on"].isoformat(), row["direction"]) == ("event", "2026-01-05", "joint")


def test_german_exports_are_read(office):
    office.take("partners", "name\nBéla & Söhne\n")
    report = office.paid_in("EUR").take(
        "activities",
        "\ufeffpartner;kind;occurred_on;value;title\r\n"
        'bela & sohne;strategic referral;31.03.2026;"1.054,50";"Große ""Sache""; dringend"\r\n'
        "Béla & Söhne;referral;2 Mar 2026;1054,50 €;\r\n",
    )
    assert report.bad == ()
    assert [(row["kind"], row["value_minor"], row["title"]) for row in office.rows("activity")] == [
        ("strategic_referral", 105450, 'Große "Sache"; dringend'),
        ("referral", 105450, ""),
    ]


def test_a_bad_row_is_reported_with_the_line_where_it_begins(acme):
    text = HEAD + 'ACME,event,2026-01-05,"two\r\nlines"\nACME,evnt,2026-01-05,"three\n\nlines"\nACME,event,,\n'
    report = acme.take("activities", text)
    assert [(bad.line, bad.column) for bad in report.bad] == [(4, "kind"), (7, "occurred_on")]
    assert acme.rows("activity")[0]["title"] == "two lines"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("ACME,event,2026-01-05,a,b", "more cells than columns"),
        ("ACME,event,2026-01-05,a\0b", "a NUL character"),
        ('ACME,event,2026-01-05,"a"b', "a cell is too long, or its quotation marks don't match"),
        ("ACME,event,2026-01-05," + "x" * 200_000, "a cell is too long, or its quotation marks don't match"),
    ],
)
def test_a_row_that_is_none_stays_out_and_the_rest_goes_in(acme, row, reason):
    report = acme.take("activities", f"{HEAD}{row}\nACME,event,2026-01-06,fine\n")
    assert (report.rows, report.added) == (2, 1)
    assert [(bad.line, bad.reason) for bad in report.bad] == [(2, reason)]


def test_a_row_with_fewer_cells_lacks_the_last_ones(acme):
    assert acme.take("activities", HEAD + "ACME,event,2026-01-05\n").added == 1
    assert acme.take("activities", HEAD + "ACME,event\n").reasons() == {"no day": 1}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        ("partner,kind\n".encode("utf-16-le") + b"\0", "can't be read as the names of columns"),
        (b"partner,kind,occurred_on\nACME,event,2026-01-05\nM\xfcller,event,2026-01-05\n", "not UTF-8 (line 3)"),
        ("partner,kind\nACME,event\n", "no column occurred_on; it has partner, kind"),
        ("a,b\n1,2\n", "no column partner, kind or occurred_on; it has a, b"),
        ("partner,kind,kind,occurred_on\n", "has the column kind 2 times"),
        (HEAD + 'ACME,event,2026-01-05,"never closed\nACME,event,2026-01-06,x\n', "opens in line 2"),
        (HEAD + 'ACME,event,2026-01-05,"a\nACME,event,2026-01-06,"x"\n', "opens in line 2 is not closed properly"),
        ('"partner\nkind', "opens in line 1"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_as_a_whole(acme, text, said):
    before = acme.dump()
    with pytest.raises(TendError) as told:
        acme.take("activities", text)
    assert said in str(told.value)
    assert "file.csv" in str(told.value)
    assert str(acme.folder) not in str(told.value)
    assert acme.dump() == before


def test_a_long_unclosed_quote_does_not_swallow_rows_in_silence(acme):
    rows = "".join(f"ACME,event,2026-01-05,{number}\n" for number in range(9_000))
    with pytest.raises(TendError, match="opens in line 2"):
        acme.take("activities", f'{HEAD}ACME,event,2026-01-05,"x\n{rows}')


def test_a_folder_and_a_missing_file_are_said(office):
    with pytest.raises(TendError, match=r"no file gone\.csv"):
        read_sheet(office.folder / "gone.csv")
    with pytest.raises(TendError, match="is a directory"):
        read_sheet(office.folder)


def test_a_file_that_is_too_large_is_refused(acme, monkeypatch):
    monkeypatch.setattr("bot.importing.csv_reader.MAX_BYTES", 10)
    with pytest.raises(TendError, match="larger than"):
        acme.take("activities", HEAD)


def test_columns_that_nothing_is_read_from_are_named(acme):
    report = acme.take("activities", "partner,Region,kind,occurred_on,\nACME,North,event,2026-01-05,\n")
    assert (report.added, report.ignored_columns) == (1, ("Region",))


def test_another_kind_of_file_is_refused(acme):
    with pytest.raises(TendError, match="“deals” can't be imported; use one of partners, activities, trust"):
        acme.take("deals", HEAD)


def test_headers_alone_add_nothing(acme):
    report = acme.take("activities", HEAD)
    assert (report.rows, report.added, report.batch_id) == (0, 0, None)
