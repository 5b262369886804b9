using System.Globalization;

namespace Atelier.Cli.Output;

/// <summary>Where <c>--output FILE|DIR</c> puts files.</summary>
/// <param name="path">What the user wrote.</param>
/// <param name="force">Existing files may be replaced.</param>
sealed class OutputPath(string path, bool force)
{
    bool IsFolder => Path.EndsInDirectorySeparator(path) || Directory.Exists(path);

    public bool Force => force;

    /// <summary>Refuses what would be refused after the work, before it is paid for.</summary>
    public void Check()
    {
        if (!IsFolder && File.Exists(path) && !force)
        {
            throw Exists(path);
        }

        if (!IsFolder && Path.GetDirectoryName(Path.GetFullPath(path)) is { } parent && !Directory.Exists(parent))
        {
            throw new CliException(
                ExitCode.Usage, $"--output {path}: its folder does not exist.", $"mkdir -p {parent}");
        }
    }

    /// <summary>A path for each: <c>FILE</c> alone, <c>FILE-1.ext…</c> for several, own names in a folder.</summary>
    public IReadOnlyList<string> For(IReadOnlyList<MediaFile> files)
    {
        if (!IsFolder)
        {
            return files.Count is 1 ? [path] : [.. files.Select((_, index) => Numbered(path, index + 1))];
        }

        HashSet<string> taken = new(StringComparer.OrdinalIgnoreCase);
        List<string> paths = [];
        foreach (var file in files)
        {
            var candidate = Path.Combine(path, file.SafeName);
            for (var number = 2; !taken.Add(candidate); number++)
            {
                candidate = Numbered(Path.Combine(path, file.SafeName), number);
            }

            paths.Add(candidate);
        }

        return paths;
    }

    public static CliException Exists(string path) => new(
        ExitCode.Usage, $"{path} exists already.", "Choose another --output, or replace it: --force");

    static string Numbered(string path, int number)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        var suffix = number.ToString(CultureInfo.InvariantCulture);
        return Path.Combine(Path.GetDirectoryName(path) ?? "", $"{name}-{suffix}{Path.GetExtension(path)}");
    }
}
