using System.Buffers;
using System.Text;

namespace Atelier.Queue.Sqlite.Native;

/// <summary>One prepared statement, kept for the connection's life. Parameters count from 1, columns from 0.</summary>
sealed unsafe class SqliteStatement(SqliteConnection owner, StatementHandle handle) : IDisposable
{
    const int StackBytes = 512;
    const int NullType = 5;

    public SqliteStatement Bind(int index, long value)
    {
        Check(SqliteNative.BindInt64(handle, index, value));
        return this;
    }

    public SqliteStatement Bind(int index, long? value) => value is { } number ? Bind(index, number) : BindNull(index);

    public SqliteStatement Bind(int index, double? value)
    {
        if (value is not { } number)
        {
            return BindNull(index);
        }

        Check(SqliteNative.BindDouble(handle, index, number));
        return this;
    }

    public SqliteStatement BindNull(int index)
    {
        Check(SqliteNative.BindNull(handle, index));
        return this;
    }

    public SqliteStatement Bind(int index, string? value)
    {
        if (value is null)
        {
            return BindNull(index);
        }

        byte[]? rented = null;
        var most = value.Length * 3;
        var buffer = most <= StackBytes ? stackalloc byte[StackBytes] : rented = ArrayPool<byte>.Shared.Rent(most);
        var written = Encoding.UTF8.GetBytes(value, buffer);
        fixed (byte* text = buffer)
        {
            Check(SqliteNative.BindText(handle, index, text, written, SqliteNative.Transient));
        }

        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return this;
    }

    public SqliteStatement BindBlob(int index, ReadOnlySpan<byte> value)
    {
        // An empty span pins to a null pointer, which SQLite would read as NULL.
        if (value.IsEmpty)
        {
            Check(SqliteNative.BindZeroBlob(handle, index, 0));
            return this;
        }

        fixed (byte* bytes = value)
        {
            Check(SqliteNative.BindBlob(handle, index, bytes, value.Length, SqliteNative.Transient));
        }

        return this;
    }

    /// <summary>Moves to the next row; false, and reset for the next use, when there is none.</summary>
    public bool Step()
    {
        switch (SqliteNative.Step(handle))
        {
            case SqliteNative.Row:
                return true;
            case SqliteNative.Done:
                Reset();
                return false;
            default:
                var fault = owner.LastError();
                Reset();
                throw fault;
        }
    }

    /// <summary>Runs a statement that answers no rows. How many rows it changed.</summary>
    public int Run()
    {
        Step();
        return owner.Changes;
    }

    /// <summary>Ends a query before its last row, and lets go of its read snapshot.</summary>
    public void Reset() => _ = SqliteNative.Reset(handle);

    public bool IsNull(int column) => SqliteNative.ColumnType(handle, column) == NullType;

    public long Int64(int column) => SqliteNative.ColumnInt64(handle, column);

    public long? NullableInt64(int column) => IsNull(column) ? null : Int64(column);

    public double? NullableDouble(int column) => IsNull(column) ? null : SqliteNative.ColumnDouble(handle, column);

    /// <summary>The column's bytes, valid until the next step.</summary>
    public ReadOnlySpan<byte> Utf8(int column)
    {
        var text = SqliteNative.ColumnText(handle, column);
        return new(text, SqliteNative.ColumnBytes(handle, column));
    }

    public string Text(int column) => Encoding.UTF8.GetString(Utf8(column));

    public string? NullableText(int column) => IsNull(column) ? null : Text(column);

    public byte[] Blob(int column)
    {
        var bytes = SqliteNative.ColumnBlob(handle, column);
        return new ReadOnlySpan<byte>(bytes, SqliteNative.ColumnBytes(handle, column)).ToArray();
    }

    public void Dispose() => handle.Dispose();

    void Check(int code)
    {
        if (code != SqliteNative.Ok)
        {
            throw owner.LastError();
        }
    }
}
