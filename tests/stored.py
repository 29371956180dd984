"""All that a database holds, to be searched for what must not be kept."""

from sqlalchemy import Engine, inspect, text


def stored(engine: Engine) -> str:
    """Every row of every table, as text."""
    with engine.connect() as connection:
        names = inspect(connection).get_table_names()
        return "\n".join(str(row) for name in names for row in connection.execute(text(f'SELECT * FROM "{name}"')))
