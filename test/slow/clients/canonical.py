"""One form for values, whatever client read them: what test/slow/bi_clients.sh compares. A number that is not whole
is the 16 hexadecimal digits of its double, so that no digit is lost."""
import datetime
import struct


def text(value):
    if value is None:
        return r"\N"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return struct.pack(">d", value).hex()
    if isinstance(value, datetime.datetime):
        return value.replace(tzinfo=None).isoformat(" ", "microseconds")
    return str(value)


def show(view, columns, rows):
    print(view, *(f"{name}:{kind}" for name, kind in columns), sep="|")
    for row in rows:
        print(view, *(text(value) for value in row), sep="|")
