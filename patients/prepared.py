"""Questions to the database whose words are made once: to compile one takes longer than to run it.

Only the words are kept, never an answer: each `ask` goes to the database.
"""

from collections import namedtuple
from functools import cache

from django.db import connection, transaction
from django.db.models import Expression
from django.db.models.query import ModelIterable, get_related_populators


class Blank(Expression):
    """Stands in a query for a value of `field` that each asking gives by name."""

    def __init__(self, name, field):
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler, connection):
        return "%s", [self]

    def filled(self, values):
        return self.output_field.get_db_prep_value(values[self.name], connection)


def blank(model, name, column=""):
    """Return the Blank of that name for a model's column, by default the one of its name."""
    return Blank(name, model._meta.get_field(column or name))


class Prepared:
    """The words of a QuerySet: of model instances, with select_related, or of values_list."""

    def __init__(self, rows):
        compiler = rows.query.get_compiler(connection=connection)
        self.sql, self.parameters = compiler.as_sql()
        columns = [column for column, _sql, _alias in compiler.select]
        self.converters = list(compiler.get_converters(columns).items())
        whole = issubclass(rows._iterable_class, ModelIterable)
        self.make = instances_of(compiler, columns) if whole else values_of(rows.query)

    def ask(self, **values):
        """Return the rows as a list; `values` are those of the query's Blanks."""
        filled = [one.filled(values) if isinstance(one, Blank) else one for one in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, filled)
            return [self.make(self.converted(list(row))) for row in cursor.fetchall()]

    def converted(self, row):
        for place, (converters, column) in self.converters:
            for convert in converters:
                row[place] = convert(row[place], column, connection)
        return row


def instances_of(compiler, columns):
    """Return what makes a model instance, with those that select_related names, of one row."""
    model, places = compiler.klass_info["model"], compiler.klass_info["select_fields"]
    own = slice(places[0], places[-1] + 1)
    names = [column.target.attname for column in columns[own]]
    related = get_related_populators(compiler.klass_info, compiler.select, "default")

    def make(row):
        found = model.from_db("default", names, row[own])
        for populator in related:
            populator.populate(row, found)
        return found

    return make


def values_of(query):
    """Return what makes a named tuple of one row."""
    return namedtuple("Row", [*query.values_select, *query.annotation_select])._make


@cache
def rows_of_case(model):
    """Return the question for the rows of a model that belong to a case, by its key `case`."""
    return Prepared(model.objects.filter(case=blank(model, "case")))


@cache
def insert_of(model):
    """Return (INSERT of one row, its fields) of a model whose key the database gives."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    blanks = ", ".join(["%s"] * len(fields))
    table = quote(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES ({blanks})", fields


def insert(*rows):
    """Write new rows of one model, without their signals and without learning their keys."""
    if not rows:
        return
    sql, fields = insert_of(type(rows[0]))
    values = [
        [field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields]
        for row in rows
    ]
    execute_each(sql, values)


def execute_each(sql, values):
    """Say one statement once for each list of values: all, or none."""
    with connection.cursor() as cursor:
        if len(values) == 1:
            cursor.execute(sql, values[0])
            return
        with transaction.atomic(savepoint=False):
            cursor.executemany(sql, values)


def update_each(rows, *names):
    """Write some fields of each row: quicker by far than one UPDATE that tells all cases apart."""
    if not rows:
        return
    meta, quote = rows[0]._meta, connection.ops.quote_name
    fields = [meta.get_field(name) for name in names]
    changes = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    sql = f"UPDATE {quote(meta.db_table)} SET {changes} WHERE {quote(meta.pk.column)} = %s"
    values = [
        [one.get_db_prep_save(getattr(row, one.attname), connection) for one in (*fields, meta.pk)]
        for row in rows
    ]
    execute_each(sql, values)
