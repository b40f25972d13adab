"""The views of the catalog as psycopg2 gives them: see test/slow/bi_clients.sh."""
import sys

import psycopg2

import canonical

kinds = [(psycopg2.NUMBER, "number"), (psycopg2.STRING, "text"), (psycopg2.extensions.DATE, "date"),
         (psycopg2.DATETIME, "timestamp"),
         (psycopg2.extensions.PYDATETIMETZ, "timestamp"), (psycopg2.extensions.BOOLEAN, "boolean")]
connection = psycopg2.connect(sys.argv[1])
cursor = connection.cursor()
for view in sys.argv[2:]:
    cursor.execute(f"SELECT * FROM creditspread.{view}")
    columns = [(column.name, next((kind for type_, kind in kinds if column.type_code in type_.values), "other"))
               for column in cursor.description]
    canonical.show(view, columns, cursor.fetchall())
