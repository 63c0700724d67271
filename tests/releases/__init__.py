"""Databases and documents of releases, which every later version must be able to read.

`python -m tests.releases dump FOLDER` writes the rows of the site's database into FOLDER as the
fixture of a release; `load FOLDER` creates the tables of that release in an empty database, and
inserts the rows. Both work with SQLite and PostgreSQL; image files are not included.
"""

import gzip
import json

from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

# The last migration of each app in each release.
TABLES = {"0.1.0": {"patients": "0001_initial", "imaging": "0001_initial"}}
OF_OTHERS = ("contenttypes", "auth", "sessions", "axes")
NAME = "database.json.gz"
MADE_BY_MIGRATE = {"django_migrations", "django_content_type", "auth_permission"}
BINARY = "hex:"


def dump(folder):
    """Write {table: {columns, rows}} of every table with rows, unless migrate creates them."""
    found = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            described = connection.introspection.get_table_description(cursor, table)
            kind_of = connection.introspection.get_field_type
            types = [kind_of(one.type_code, one) for one in described]
            names = ", ".join(connection.ops.quote_name(one.name) for one in described)
            cursor.execute(f"SELECT {names} FROM {connection.ops.quote_name(table)} ORDER BY 1")
            rows = [
                [plain(value, kind) for value, kind in zip(row, types, strict=True)]
                for row in cursor.fetchall()
            ]
            if rows and table not in MADE_BY_MIGRATE:
                found[table] = {"columns": [one.name for one in described], "rows": rows}
    text = json.dumps(found, ensure_ascii=False, indent=0).encode()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / NAME).write_bytes(gzip.compress(text, mtime=0))


def plain(value, kind):
    """Return a column's value as JSON data."""
    if value is None:
        return None
    if kind == "BooleanField":
        return bool(value)
    if isinstance(value, bytes | memoryview):
        return BINARY + bytes(value).hex()
    return value if isinstance(value, str | int | float) else str(value)


def create_tables(release):
    """Create the tables of a release, as migrations were before any of them was squashed."""
    executor = MigrationExecutor(connection)
    executor.loader.replace_migrations = False
    executor.loader.build_graph()
    leaves = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] in OF_OTHERS]
    executor.migrate([*TABLES[release].items(), *leaves])


def load(folder):
    """Create the tables of a release, and insert its rows."""
    create_tables(folder.name)
    found = json.loads(gzip.decompress((folder / NAME).read_bytes()))
    quote = connection.ops.quote_name
    with transaction.atomic(), connection.cursor() as cursor:
        for table, content in found.items():
            names = ", ".join(map(quote, content["columns"]))
            places = ", ".join(["%s"] * len(content["columns"]))
            sql = f"INSERT INTO {quote(table)} ({names}) VALUES ({places})"
            cursor.executemany(sql, [[stored(one) for one in row] for row in content["rows"]])
            if connection.vendor == "postgresql":
                advance_sequence(cursor, table, content)


def stored(value):
    if isinstance(value, str) and value.startswith(BINARY):
        return bytes.fromhex(value.removeprefix(BINARY))
    return value


def advance_sequence(cursor, table, content):
    """Set PostgreSQL's sequence to the last inserted id."""
    if "id" in content["columns"]:
        cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
        (sequence,) = cursor.fetchone()
        if sequence:
            last = max(row[content["columns"].index("id")] for row in content["rows"])
            cursor.execute("SELECT setval(%s, %s)", [sequence, last])
