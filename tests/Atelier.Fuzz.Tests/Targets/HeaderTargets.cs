using System.Text;
using Atelier.Server.Calls;
using Atelier.Server.Keys;
using Microsoft.AspNetCore.Http;

namespace Atelier.Tests.Fuzz.Targets;

/// <summary>Headers that callers set: lines of <c>name: value</c>, as they reach the readers.</summary>
static class HeaderTargets
{
    static readonly byte[][] Seeds = FuzzTarget.Texts(
        "X-Fal-Request-Timeout: 30.0\nX-Fal-Queue-Priority: low\nX-Fal-No-Retry: yes",
        "X-Fal-Object-Lifecycle-Preference: {\"expiration_duration_seconds\":3600,\"initial_acl\":{\"default\":\"forbid\",\"rules\":[{\"user\":\"u\",\"decision\":\"allow\"}]}}",
        "X-Fal-Retry-Config: {\"server_error\":{\"retries\":3},\"timeout\":{\"retries\":0},\"connection_error\":{\"retries\":10}}",
        "X-Fal-Tags: team=video,env=prod\nIdempotency-Key: abc\nX-Fal-Store-IO: 0\nX-Fal-Runner-Hint: session-7");

    static readonly byte[][] Tokens = FuzzTarget.Texts(
        "X-Fal-Request-Timeout: ", "X-Fal-Retry-Config: ", "X-Fal-Tags: ", "X-Fal-Object-Lifecycle-Preference: ", "\n", "1e308", "=", ",", "{\"rules\":[");

    // As many as Kestrel takes before it answers 431.
    const int HeadersMax = 100;

    static readonly byte[][] Keys = FuzzTarget.Texts("key-id:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", ":", "a:b", "a:b:c");

    public static readonly FuzzTarget[] All =
    [
        new("headers", Seeds, Tokens, TryHeaders),
        new("lifecycle", [.. Seeds[1..2].Select(seed => seed[(Array.IndexOf(seed, (byte)' ') + 1)..])], Tokens, TryLifecycle),
        new("key", Keys, FuzzTarget.Texts(":"), input => ApiKey.TryParse(FuzzTarget.Text(input), out _)),
    ];

    static void TryHeaders(byte[] input)
    {
        HeaderDictionary headers = [];
        foreach (var line in Encoding.Latin1.GetString(input).Split('\n').Take(HeadersMax))
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon > 0)
            {
                headers.Append(line[..colon], line[(colon + 2)..]);
            }
        }

        var (preferences, refused) = CallPreferences.Read(headers);
        FuzzTarget.Rule(refused is not null || preferences.StartTimeout is null or { TotalSeconds: > 0.1 }, "a start timeout is over 0.1 s");
    }

    static void TryLifecycle(byte[] input)
    {
        var read = ObjectLifecycle.TryParse(FuzzTarget.Text(input), out _, out var problem);
        FuzzTarget.Rule(read == (problem is null), "a refusal says why");
    }
}
