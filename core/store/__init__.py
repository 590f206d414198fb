"""DuckDB, Parquet and SQLite: connection, import, point-in-time queries. All SQL lives here."""
