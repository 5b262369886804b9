using System.Runtime.InteropServices;

namespace Atelier.Engines.Onnx;

/// <summary>The native ONNX Runtime library: loaded once for the life of the process.</summary>
public static class OnnxRuntime
{
    // ORT_LOGGING_LEVEL_FATAL: errors come back as exceptions; on stderr they would be in some request's log as well.
    const int SeverityFatal = 4;

    static readonly Lock Gate = new();

    // Written once under Gate.
    static OrtEnv? _env;

    /// <summary>The library's version, such as 1.30.0.</summary>
    /// <exception cref="InvalidOperationException">Not loaded yet.</exception>
    public static string Version
    {
        get => field ?? throw NotLoaded();
        private set;
    }

    internal static OrtEnv Env => _env ?? throw NotLoaded();

    /// <summary>Loads the library. A second call, from whichever path, changes nothing.</summary>
    /// <param name="path">Of <c>libonnxruntime.so.1</c>, or of the same library of another system.</param>
    /// <exception cref="DllNotFoundException">There is no such library, or the system cannot load it.</exception>
    /// <exception cref="OnnxException">It is older than 1.14.</exception>
    public static void Load(string path)
    {
        lock (Gate)
        {
            if (_env is not null)
            {
                return;
            }

            Version = OrtApi.Attach(NativeLibrary.Load(path));
            _env = new(OrtApi.CreateEnv(SeverityFatal, "atelier\0"u8));
        }
    }

    static InvalidOperationException NotLoaded() =>
        new($"{nameof(OnnxRuntime)}.{nameof(Load)} comes before the first session.");
}
