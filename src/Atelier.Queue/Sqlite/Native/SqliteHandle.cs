using System.Runtime.InteropServices;

namespace Atelier.Queue.Sqlite.Native;

/// <summary>An open database. Closing waits, inside SQLite, for the last statement to be finalized.</summary>
sealed class SqliteHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle() => SqliteNative.Close(handle) == SqliteNative.Ok;
}
