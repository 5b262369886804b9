using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.History;

/// <summary>
/// <c>GET /v1/models/requests/search</c>: browsing, and finding words in what was sent and answered. There is no
/// embedding model here, so results have no similarity, and pictures cannot be searched for.
/// </summary>
sealed class RequestSearch(IQueueStore store, TimeProvider time)
{
    const int LimitDefault = 50;
    const int LimitMax = 100;
    const int WordsMax = 16;

    /// <summary>Requests whose payloads one call reads at most; the cursor goes on where it stopped.</summary>
    const int LookedAtMax = 1000;

    const int PageSize = 50;

    public async Task AnswerAsync(HttpContext context)
    {
        var query = new PlatformQuery(context.Request.Query);
        if (query.Text("image_url") is not null || query.Text("video_url") is not null)
        {
            await PlatformError.Create(501, "not_implemented", "This server finds requests by their words, not by pictures.")
                .ExecuteAsync(context);
            return;
        }

        var (limit, after) = (query.Limit(LimitDefault, LimitMax), query.Place());
        var words = (query.Text("query") ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length > WordsMax)
        {
            query.Refuse($"query takes at most {WordsMax} words");
        }

        var wanted = new HistoryQuery(Caller.Of(context).AccountId, DateTimeOffset.UnixEpoch, time.GetUtcNow().AddMinutes(1))
        {
            Endpoints = [.. query.EndpointIds().Concat(query.List("endpoint").Select(endpoint => endpoint.Trim('/')))],
        };
        CheckSimilarity(query);
        _ = query.Flag("only_api_requests", byDefault: false);

        // Every request of this server came by its API.
        var none = query.Flag("exclude_api_requests", byDefault: false);
        if (query.Refused is not null)
        {
            await query.Refusal.ExecuteAsync(context);
            return;
        }

        var page = none ? new([], null)
            : words.Length == 0 ? await store.History.PageAsync(wanted, HistoryOrder.EndedAt, after, limit, context.RequestAborted)
            : await FindAsync(wanted, words, after, limit, context.RequestAborted);
        await SendAsync(context, page);
    }

    // Newest first, in whole pages: a page's matches are never torn, so an answer may be a little longer than its limit.
    async Task<HistoryPage> FindAsync(
        HistoryQuery wanted, string[] words, HistoryCursor? after, int limit, CancellationToken cancellationToken)
    {
        List<HistoryEntry> found = [];
        for (var lookedAt = 0; lookedAt < LookedAtMax && found.Count < limit; lookedAt += PageSize)
        {
            var page = await store.History.PageAsync(
                wanted, HistoryOrder.EndedAt, after, Math.Min(PageSize, limit), cancellationToken);
            foreach (var entry in page.Entries)
            {
                if (await HasAsync(entry.Job, words, cancellationToken))
                {
                    found.Add(entry);
                }
            }

            if (page.Next is null)
            {
                return new(found, null);
            }

            after = page.Next;
        }

        return new(found, after);
    }

    async Task<bool> HasAsync(Job job, string[] words, CancellationToken cancellationToken)
    {
        HashSet<string> missing = new(words, StringComparer.Ordinal);
        missing.RemoveWhere(word => job.Endpoint.Contains(word, StringComparison.OrdinalIgnoreCase));
        if (missing.Count > 0 && await store.History.InputAsync(job.Id, job.AccountId, cancellationToken) is { } input)
        {
            TextSearch.RemoveFound(missing, input.Span);
        }

        if (missing.Count > 0 && await store.AnswerAsync(job.Id, job.AccountId, cancellationToken) is { } answer)
        {
            TextSearch.RemoveFound(missing, answer.Body.Span);
        }

        return missing.Count == 0;
    }

    static void CheckSimilarity(PlatformQuery query)
    {
        if (query.Text("min_similarity") is { } text and not "null" &&
            !(double.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var least) && least is >= 0 and <= 1))
        {
            query.Refuse("min_similarity must be a number from 0 to 1");
        }
    }

    async Task SendAsync(HttpContext context, HistoryPage page)
    {
        using var flow = new JsonFlow(context);
        flow.Json.WriteStartObject();
        RequestList.WriteNext(flow.Json, page.Next);
        flow.Json.WriteStartArray("results"u8);
        foreach (var entry in page.Entries)
        {
            flow.Json.WriteStartObject();
            RequestEntry.Write(flow.Json, entry.Job);
            await Payloads.WriteAsync(flow.Json, store, entry.Job, context.RequestAborted);
            flow.Json.WriteEndObject();
            await flow.PassOnAsync();
        }

        flow.Json.WriteEndArray();
        flow.Json.WriteEndObject();
        await flow.EndAsync();
    }
}
