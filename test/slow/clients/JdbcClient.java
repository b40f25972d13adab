// The views of the catalog as JDBC gives them: see test/slow/bi_clients.sh and, for the form of the values, canonical.py.
import java.sql.*;
import java.time.format.DateTimeFormatter;
import java.util.*;

class JdbcClient
{
	static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSSSSS");

	static String kind(int type)
	{
		return switch (type)
		{
			case Types.SMALLINT, Types.INTEGER, Types.BIGINT, Types.DOUBLE -> "number";
			case Types.VARCHAR -> "text";
			case Types.BIT, Types.BOOLEAN -> "boolean";
			case Types.DATE -> "date";
			case Types.TIMESTAMP -> "timestamp";
			default -> "other";
		};
	}

	static String text(Object value)
	{
		if (value == null)
			return "\\N";
		if (value instanceof Double number)
			return String.format("%016x", Double.doubleToRawLongBits(number));
		if (value instanceof Timestamp time)
			return time.toLocalDateTime().format(TIME);
		return value.toString();
	}

	public static void main(String[] arguments) throws SQLException
	{
		TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
		try (Connection connection = DriverManager.getConnection(arguments[0]); Statement statement = connection.createStatement())
		{
			for (String view : Arrays.copyOfRange(arguments, 1, arguments.length))
			{
				ResultSet rows = statement.executeQuery("SELECT * FROM creditspread." + view);
				ResultSetMetaData columns = rows.getMetaData();
				StringBuilder line = new StringBuilder(view);
				for (int i = 1; i <= columns.getColumnCount(); i++)
					line.append('|').append(columns.getColumnName(i)).append(':').append(kind(columns.getColumnType(i)));
				System.out.println(line);
				while (rows.next())
				{
					line = new StringBuilder(view);
					for (int i = 1; i <= columns.getColumnCount(); i++)
						line.append('|').append(text(rows.getObject(i)));
					System.out.println(line);
				}
			}
		}
	}
}
