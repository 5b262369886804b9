namespace Atelier.Queue.Sqlite.Native;

/// <summary>SQLite refused: its extended code and its own sentence.</summary>
sealed class SqliteException(int code, string message) : Exception($"SQLite error {code}: {message}.")
{
    public int Code { get; } = code;
}
