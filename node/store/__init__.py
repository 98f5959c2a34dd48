"""The station's memory: SQLite on disk, and a twin in memory that keeps the same contract."""
