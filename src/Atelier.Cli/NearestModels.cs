using Atelier.Cli.Targets;
using Atelier.Client;
using Atelier.Protocol;

namespace Atelier.Cli;

/// <summary>Turns "unknown model" into help: the three ids most like the one typed.</summary>
static class NearestModels
{
    const int Count = 3;

    /// <summary>Pages looked through: fal lists some thousand models, a hundred a page.</summary>
    const int MaxPages = 20;

    // Atelier's diagnostics need not be in the catalogue.
    static readonly string[] Diagnostics = ["atelier/echo", "atelier/echo-process"];

    /// <summary>The error, with suggestions when the catalogue answers.</summary>
    public static async Task<CliException> UnknownAsync(
        Target target, EndpointId endpoint, CancellationToken cancellationToken)
    {
        var typed = endpoint.ToString();
        var models = await ModelsAsync(target, cancellationToken);
        var ids = models.Where(model => model.IsCallable).Select(model => model.Id).ToList();
        if (!target.IsFal && endpoint.Owner is "atelier")
        {
            ids.AddRange(Diagnostics);
        }

        var nearest = Nearest(typed, ids);
        return new(
            ExitCode.NotFound, $"Application \"{endpoint}\" not found",
            [
                .. models.Contains((typed, false)) ? ["It is fal's, and this server does not run it: --server fal does."] : Array.Empty<string>(),
                .. typed == Generate.InputFlags.DefaultModel
                    ? ["It is the default where --model names none."] : Array.Empty<string>(),
                .. nearest.Count > 0 ? ["Nearest:", .. nearest.Select(id => $"  {id}")] : Array.Empty<string>(),
                "All of them: atelier models list" + (target.IsFal ? " --server fal" : ""),
            ]);
    }

    /// <summary>The nearest ids, best first.</summary>
    public static IReadOnlyList<string> Nearest(string typed, IEnumerable<string> ids) =>
        [.. ids.Distinct().OrderBy(id => Distance(typed, id)).ThenBy(id => id, StringComparer.Ordinal).Take(Count)];

    // A forgotten owner or variant is a likelier slip than many wrong letters.
    static int Distance(string typed, string id)
    {
        var name = typed[(typed.IndexOf('/', StringComparison.Ordinal) + 1)..];
        var rest = id[(id.IndexOf('/', StringComparison.Ordinal) + 1)..];
        return id.StartsWith(typed, StringComparison.OrdinalIgnoreCase) ? 0
            : Math.Min(Edits(typed, id), 1 + Edits(name, rest));
    }

    /// <summary>Levenshtein's distance, ignoring case.</summary>
    public static int Edits(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
        {
            row[j] = j;
        }

        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var same = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]);
                var cost = diagonal + (same ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(cost, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    static async Task<List<(string Id, bool IsCallable)>> ModelsAsync(Target target, CancellationToken cancellationToken)
    {
        List<(string Id, bool IsCallable)> models = [];
        try
        {
            await foreach (var model in Catalogue.AllAsync(target, null, null, MaxPages, cancellationToken))
            {
                if (Catalogue.Id(model) is { } id)
                {
                    models.Add((id, Catalogue.IsCallable(model)));
                }
            }
        }
        catch (Exception fault) when (fault is ApiException or HttpRequestException or TimeoutException)
        {
            // The error that brought us here is the news; without the catalogue it has fewer hints.
        }

        return models;
    }
}
