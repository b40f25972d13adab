"""The form of all reference values: NAME.h, tables of structs for the unit tests, and NAME.sql, temporary tables
for pgTAP, written by one script each.

A script draws its inputs with `draws`, adds tables to a Set and ends with Set.write().  Numbers are written so
that they are read back to the bit; missing ones are NAN in C and NULL in SQL.
"""
import sys
import textwrap
from pathlib import Path

import numpy

HERE = Path(__file__).resolve().parent


def draws(seed):
    """A generator whose sequences numpy promises never to change."""
    return numpy.random.RandomState(seed)


class Pointers(list):
    """A member of a struct that holds several arrays: {array, array, ...}, which may be nested."""


def flat(values):
    if isinstance(values, numpy.ndarray):
        return values.ravel().tolist()
    if isinstance(values, (list, tuple)):
        return [x for value in values for x in flat(value)]
    return [values]


def plain(value):
    """A number of Python's, lists for arrays."""
    if isinstance(value, (numpy.ndarray, numpy.generic)):
        value = value.tolist()
    return [plain(v) for v in value] if isinstance(value, (list, tuple)) else value


def c_number(value):
    if value is None or value != value:
        return "NAN"
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else repr(value)


def filled(texts, indent="\t"):
    return textwrap.fill(", ".join(texts), 116, initial_indent=indent, subsequent_indent=indent,
                         break_long_words=False, break_on_hyphens=False)


def sql_value(value):
    value = plain(value)
    if value is None or value != value:
        return "NULL"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return "'" + sql_array(value) + "'"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else repr(value)


def sql_array(value):
    if isinstance(value, list):
        return "{" + ",".join(sql_array(v) for v in value) + "}"
    return "NULL" if value is None or value != value else repr(value)


class Set:
    def __init__(self, name, told, include=None):
        script = Path(sys.argv[0]).name
        self.name, self.told = name, f"Written by {script}: {told}"
        self.c, self.sql, self.arrays, self.tags = [], [], {}, set()
        if include:
            self.c.append(f'#include "{include}"')

    def array(self, table, values, kind="const double"):
        """The name of an array of these values, which is written at its first use."""
        if values is None:
            return "NULL"
        texts = [c_number(plain(v)) for v in flat(values)]
        key = kind, *texts
        if key not in self.arrays:
            self.arrays[key] = f"{table}_{len(self.arrays)}"
            self.c.append(f"static {kind} {self.arrays[key]}[] = {{\n{filled(texts)}}};")
        return self.arrays[key]

    def member(self, table, declaration, value):
        declaration = declaration.partition(" /*")[0]
        if isinstance(value, Pointers):
            return "{" + ", ".join(self.member(table, "const double *", v) for v in value) + "}"
        if "*" in declaration and not isinstance(value, str):
            kind = declaration.split("*")[0].strip()
            return self.array(table, value, kind)
        if "*" in declaration and "char" in declaration:
            return f'"{value}"'
        value = plain(value)
        return "{" + ", ".join(c_number(v) for v in flat(value)) + "}" if isinstance(value, list) else c_number(value)

    def constants(self, table, values):
        self.c.append(f"static const double {table}[] = {{\n{filled([c_number(plain(v)) for v in flat(values)])}}};")

    def matrix(self, table, rows, told):
        """Rows of numbers of one meaning each, which is told."""
        bodies = ["\t{" + filled([c_number(plain(v)) for v in row], "\t ").lstrip() + "}" for row in rows]
        self.c.append(f"/* {told} */\nstatic const double {table}[][{len(rows[0])}] = {{\n" + ",\n".join(bodies) + "};")

    def struct(self, tag, members):
        self.tags.add(tag)
        lines = []
        for member in members:
            declaration, _, comment = member.partition(" /*")
            lines.append(f"\t{declaration};" + (f" /*{comment}" if comment else ""))
        self.c.append(f"typedef struct {tag}\n{{\n" + "\n".join(lines) + f"\n}} {tag};")

    def structs(self, table, members, rows, tag=None, told=None):
        """static const structs; members are C declarations, one value of a row for each."""
        bodies = []
        for row in rows:
            assert len(row) == len(members), (table, len(row), len(members))
            texts = [self.member(table, m, v) for m, v in zip(members, row)]
            bodies.append("\t{" + filled(texts, "\t ").lstrip() + "}")
        tag = tag or f"{table}_case"
        if told:
            self.c.append(f"/* {told} */")
        if tag not in self.tags:
            self.struct(tag, members)
        self.c.append(f"static const {tag} {table}[] = {{\n" + ",\n".join(bodies) + "};")

    def table(self, name, columns, rows):
        """A temporary table; columns as CREATE TABLE has them."""
        columns = textwrap.fill(f"CREATE TEMPORARY TABLE {name} ({columns});", 118, subsequent_indent="\t")
        self.sql.append(f"{columns}\nINSERT INTO {name} VALUES\n"
                        + ",\n".join("(" + ", ".join(sql_value(v) for v in row) + ")" for row in rows) + ";")

    def write(self):
        folder = Path(sys.argv[1]) if len(sys.argv) > 1 else HERE
        if self.c:
            (folder / f"{self.name}.h").write_text(f"/* {self.told} */\n" + "\n".join(self.c) + "\n")
        if self.sql:
            (folder / f"{self.name}.sql").write_text(f"-- {self.told}\n" + "\n".join(self.sql) + "\n")
