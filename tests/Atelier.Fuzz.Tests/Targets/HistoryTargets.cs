using System.Text;
using System.Text.Json;
using Atelier.Server.History;
using Atelier.Server.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;

namespace Atelier.Tests.Fuzz.Targets;

/// <summary>Queries of the history, and stored bodies that it looks into.</summary>
static class HistoryTargets
{
    static readonly DateTimeOffset Now = new(2026, 3, 29, 1, 30, 0, TimeSpan.Zero);

    static readonly byte[][] Queries = FuzzTarget.Texts(
        "start=2026-03-01&end=2026-04-01&timezone=Europe/Berlin&timeframe=day&limit=10&cursor=Mg==",
        "start=2026-03-29T02:30:00&end=2026-03-29T03:30:00%2B02:00&timezone=America/New_York&bound_to_timeframe=false",
        "start=1970-01-01&end=1971-06-01&timeframe=month&cursor=MTc5MDAwMDAwMDAwMDAwMC4xMg==",
        "endpoint_id=a/b,c/d&endpoint_id=e/f&expand=payloads&end=2199-12-31T23:59:59.9999999Z&timezone=Pacific/Apia");

    static readonly byte[][] Tokens = FuzzTarget.Texts(
        "&start=", "&end=", "&timezone=", "&timeframe=week", "&timeframe=minute", "&limit=", "&cursor=", "2200-01-01", "1969-12-31", "-00:00", "+14:00",
        "T24:00:00", "Asia/Kolkata", "Antarctica/Troll", "../", "2011-12-30", "%00");

    static readonly byte[][] Bodies = FuzzTarget.Texts(
        """{"images":[{"url":"https://v3b.fal.media/files/b/00000000/000000000000000000000000_a.png"}],"text":"a cat"}""",
        "\"http://x/\\ud800\"", "not json", "[[[[\"http://x\"]]]]");

    public static readonly FuzzTarget[] All =
    [
        new("platform-query", Queries, Tokens, TryQuery),
        new("stored-body", Bodies, FuzzTarget.Texts("http", "\\u0000", "\"", "{", "cat"), TryBody),
    ];

    static void TryQuery(byte[] input)
    {
        var query = new PlatformQuery(new QueryCollection(QueryHelpers.ParseQuery(FuzzTarget.Text(input))));
        var buckets = TimeBuckets.Read(query, Now);
        _ = (query.List("endpoint_id"), query.Limit(50, 100), query.Page(), query.Place());
        if (query.Refused is not null)
        {
            return;
        }

        var (window, starts) = buckets;
        FuzzTarget.Rule(window.From < window.To, "a window is not empty");
        FuzzTarget.Rule(starts.Count > 0 && starts[0] <= window.From && starts[^1] < window.To, "buckets cover the window");
        FuzzTarget.Rule(starts.Zip(starts.Skip(1)).All(pair => pair.First < pair.Second), "buckets ascend");
        FuzzTarget.Rule(DateTimeOffset.TryParse(buckets.Name(starts.Count - 1), out _), "a bucket's name is a time");
    }

    static void TryBody(byte[] input)
    {
        _ = AnswerLinks.Of(input);
        TextSearch.RemoveFound(["cat", "dog"], input);
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            PayloadJson.Write(json, "json_output"u8, input);
            json.WriteEndObject();
        }

        using var written = JsonDocument.Parse(stream.ToArray());
        FuzzTarget.Rule(Encoding.UTF8.GetCharCount(stream.ToArray()) > 0, "whatever was stored is shown as JSON");
    }
}
