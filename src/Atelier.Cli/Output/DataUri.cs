using System.Text;

namespace Atelier.Cli.Output;

/// <summary>Files that a result carries inside (<c>sync_mode</c>).</summary>
static class DataUri
{
    /// <exception cref="HttpRequestException">It is none.</exception>
    public static byte[] Decode(string uri)
    {
        var comma = uri.IndexOf(',', StringComparison.Ordinal);
        if (comma < 0)
        {
            throw Invalid();
        }

        try
        {
            return uri.AsSpan(0, comma).EndsWith(";base64", StringComparison.OrdinalIgnoreCase)
                ? Convert.FromBase64String(uri[(comma + 1)..])
                : Encoding.UTF8.GetBytes(Uri.UnescapeDataString(uri[(comma + 1)..]));
        }
        catch (FormatException)
        {
            throw Invalid();
        }
    }

    static HttpRequestException Invalid() =>
        new(HttpRequestError.InvalidResponse, "The result holds a data URI that cannot be read.");
}
