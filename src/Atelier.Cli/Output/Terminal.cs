using System.Text;
using System.Text.Json;

namespace Atelier.Cli.Output;

/// <summary>The two streams: stdout is data, stderr is for people.</summary>
/// <param name="host">The surroundings.</param>
/// <param name="json"><c>--json</c> was given.</param>
sealed class Terminal(CliHost host, bool json)
{
    bool _liveLine;

    /// <summary>stdout is one JSON document: asked for, or somebody's pipe.</summary>
    public bool WritesJson => json || !host.OutIsTerminal;

    /// <summary><c>--json</c> was given, whatever stdout is.</summary>
    public bool JsonAsked => json;

    /// <summary>stderr can rewrite a line in place.</summary>
    public bool IsLive => host.ErrorIsTerminal;

    /// <summary>A line of the result.</summary>
    public void Result(string line) => host.Out.WriteLine(line);

    /// <summary>A JSON document: indented for people, as it came for programs.</summary>
    public void Document(JsonElement document) => host.Out.WriteLine(host.OutIsTerminal
        ? Encoding.UTF8.GetString(CliJson.Write(document.WriteTo, indented: true))
        : document.GetRawText());

    /// <summary>A JSON document made here.</summary>
    public void Document(Action<Utf8JsonWriter> write) =>
        host.Out.WriteLine(Encoding.UTF8.GetString(CliJson.Write(write, indented: host.OutIsTerminal)));

    /// <summary>A line for people; text of others must come through <see cref="ControlText"/>.</summary>
    public void Note(string line)
    {
        EndLive();
        host.Error.WriteLine(line);
    }

    /// <summary>Rewrites the live line; does nothing where stderr is no terminal.</summary>
    public void Live(string line)
    {
        if (IsLive)
        {
            _liveLine = true;
            // A wrapped line could not be rewritten: only its last row would go.
            var columns = host.Columns() - 1;
            host.Error.Write($"\r\e[K{(line.Length > columns ? $"{line[..(columns - 1)]}…" : line)}");
            host.Error.Flush();
        }
    }

    /// <summary>Takes the live line away.</summary>
    public void EndLive()
    {
        if (_liveLine)
        {
            _liveLine = false;
            host.Error.Write("\r\e[K");
        }
    }
}
