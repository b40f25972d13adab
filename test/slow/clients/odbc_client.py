"""The views of the catalog as psqlODBC gives them, through pyodbc: see test/slow/bi_clients.sh."""
import datetime
import sys

import pyodbc

import canonical

kinds = {int: "number", float: "number", str: "text", datetime.datetime: "timestamp", datetime.date: "date", bool: "boolean"}
cursor = pyodbc.connect(sys.argv[1]).cursor()
for view in sys.argv[2:]:
    cursor.execute(f"SELECT * FROM creditspread.{view}")
    canonical.show(view, [(column[0], kinds.get(column[1], "other")) for column in cursor.description], cursor.fetchall())
