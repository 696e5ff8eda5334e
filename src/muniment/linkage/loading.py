"""Person tables read into DuckDB: each description once, and which records have it.

DuckDB reads fast and says of a broken row only roughly what is wrong with it; the strict reader then goes over the file
and names row and column.
"""

from __future__ import annotations

import glob
from pathlib import Path
from typing import Final

import duckdb

from muniment.core.errors import SenderFault
from muniment.linkage import tables
from muniment.linkage.database import Place, quoted
from muniment.linkage.job import Progress
from muniment.linkage.kernel import DESCRIBING

COLUMNS: Final = ("id", *DESCRIBING)
#: Rows of a person table by how it is written; a file is read under a name of ours, in which no sign is a wildcard.
_CSV: Final = (
    "SELECT {columns} FROM read_csv($1, delim = ',', quote = '\"', escape = '\"', header = true, nullstr = '', "
    "all_varchar = true, strict_mode = true, auto_detect = false, columns = {types})"
)
_JSON: Final = "SELECT {columns} FROM read_json($1, format = 'newline_delimited', columns = {types})"
_PARQUET: Final = "SELECT {columns} FROM read_parquet($1)"


def load(place: Place, paths: tuple[Path, ...], tell: Progress) -> None:
    """Make `people` (person, side, records and what describes them) and `record` (side, id, person).

    Raises `SenderFault` where a file is no table, or an id is missing or there twice.
    """
    with place.connection(reading=False) as connection:
        if "people" in tables_of(connection):
            return
        connection.execute("BEGIN")
        for side, path in enumerate(paths):
            tell("tables read", side, len(paths))
            _read(connection, side, path, place.folder)
        _number(connection, len(paths))
        connection.execute("COMMIT")
        tell("tables read", len(paths), len(paths))


def tables_of(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """Names of the tables that are there."""
    return {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}


def _read(connection: duckdb.DuckDBPyConnection, side: int, path: Path, folder: Path) -> None:
    name = folder / f"table-{side}{path.suffix.lower()}"
    name.unlink(missing_ok=True)
    name.symlink_to(path.resolve())
    kind = tables.kind_of(path)
    there = glob.escape(str(name))
    try:
        sql = _sql(connection, kind, path, there)
        connection.execute(f"CREATE TABLE row_{side} AS SELECT *, row_number() OVER () AS place FROM ({sql})", [there])
    except duckdb.Error as fault:
        tables.check(path)
        raise SenderFault(f"{path} is no table that can be read: {_first_line(fault)}", field="file") from fault
    _check_ids(connection, side, path, 1 if kind == "csv" else 0)


def _first_line(fault: Exception) -> str:
    return str(fault).splitlines()[0]


def _sql(connection: duckdb.DuckDBPyConnection, kind: str, path: Path, there: str) -> str:
    if kind == "json":
        types = "{" + ", ".join(f"'{column}': 'VARCHAR'" for column in COLUMNS) + "}"
        return _JSON.format(columns=_columns(COLUMNS), types=types)
    if kind == "csv":
        header = tables.header(path)
        types = "{" + ", ".join(f"{quoted(column)}: 'VARCHAR'" for column in header) + "}"
        return _CSV.format(columns=_columns(header), types=types)
    found = connection.execute("SELECT name FROM parquet_schema($1) WHERE type IS NOT NULL", [there]).fetchall()
    columns = [column for (column,) in found]
    if "id" not in columns:
        raise SenderFault(f"{path} has no column id.", field="id")
    return _PARQUET.format(columns=_columns(columns))


def _columns(there: list[str] | tuple[str, ...]) -> str:
    """The columns of a person table, blank and absent ones as nothing."""
    return ", ".join(
        f"nullif(trim(CAST({column} AS VARCHAR)), '') AS {column}"
        if column in there
        else f"CAST(NULL AS VARCHAR) AS {column}"
        for column in COLUMNS
    )


def _check_ids(connection: duckdb.DuckDBPyConnection, side: int, path: Path, header: int) -> None:
    """Raises `SenderFault` for the first row without an id, or of which the id is in an earlier row too."""
    rows = connection.execute(f"SELECT count(*) FROM row_{side}").fetchall()[0][0]
    if not rows:
        raise SenderFault(f"{path} has no rows: there is nobody to compare.", field="file")
    blank = connection.execute(f"SELECT min(place) FROM row_{side} WHERE id IS NULL").fetchall()[0][0]
    if blank:
        raise SenderFault(f"{path}, row {blank + header}, column id: empty.", field="id")
    twice = connection.execute(
        f"SELECT id, list_sort(list(place))[1:2] AS places FROM row_{side} GROUP BY id HAVING count(*) > 1 "
        "ORDER BY places[2] LIMIT 1"
    ).fetchall()
    for id_, (first, second) in twice:
        said = f"{path}, row {second + header}, column id: {id_} is in row {first + header} too."
        raise SenderFault(said, field="id")


def _number(connection: duckdb.DuckDBPyConnection, sides: int) -> None:
    """People are numbered in the order of their first row, those of the second table after those of the first."""
    what = ", ".join(DESCRIBING)
    every = " UNION ALL ".join(f"SELECT {side} AS side, * FROM row_{side}" for side in range(sides))
    connection.execute(
        f"CREATE TABLE people AS SELECT row_number() OVER (ORDER BY side, first) - 1 AS person, * FROM ("
        f"SELECT side, min(place) AS first, count(*) AS records, {what} FROM ({every}) GROUP BY side, {what}) "
        "ORDER BY person"
    )
    same = " AND ".join(f"r.{column} IS NOT DISTINCT FROM p.{column}" for column in ("side", *DESCRIBING))
    connection.execute(f"CREATE TABLE record AS SELECT p.side, r.id, p.person FROM ({every}) r JOIN people p ON {same}")
    for side in range(sides):
        connection.execute(f"DROP TABLE row_{side}")
