using System.Runtime.InteropServices;

namespace Atelier.Queue.Sqlite.Native;

/// <summary>A prepared statement.</summary>
sealed class StatementHandle() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        // The returned code repeats the error of the last step, which was reported then.
        _ = SqliteNative.FinalizeStatement(handle);
        return true;
    }
}
