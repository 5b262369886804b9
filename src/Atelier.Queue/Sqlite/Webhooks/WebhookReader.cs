using Atelier.Queue.Sqlite.Native;
using Atelier.Queue.Webhooks;

namespace Atelier.Queue.Sqlite.Webhooks;

/// <summary>Finds what is due, and lists. Reads on the store's read connections, never on the writer's.</summary>
sealed class WebhookReader(QueueReader reader)
{
    /// <summary>Rows that are looked at before the hosts are asked one by one.</summary>
    const int WindowMax = 256;

    // The writer of the outbox claims one batch at a time; this is its own place in the round of hosts.
    string _lastHost = "";

    /// <summary>
    /// The rows to claim: those longest due, and when all of those are of hosts without room, the other hosts' in turn.
    /// A dead host with a long line is then two look-ups, not a walk along that line.
    /// </summary>
    public List<long> Due(DateTimeOffset now, int max, Func<string, int> room) => reader.Read(connection =>
    {
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        List<long> due = [];
        var seen = 0;
        var row = connection.Statement(WebhookSql.Due).Bind(1, Micros.From(now)).Bind(2, WindowMax);
        while (row.Step())
        {
            seen++;
            var host = row.Text(1);
            var used = taken.GetValueOrDefault(host);
            if (due.Count < max && used < room(host))
            {
                taken[host] = used + 1;
                due.Add(row.Int64(0));
            }
        }

        if (due.Count == 0 && seen == WindowMax)
        {
            DueByHost(connection, now, max, room, due);
        }

        return due;
    });

    public DateTimeOffset? NextDue(DateTimeOffset now) => reader.Read(connection =>
    {
        var row = connection.Statement(WebhookSql.NextDue).Bind(1, Micros.From(now));
        if (!row.Step())
        {
            return (DateTimeOffset?)null;
        }

        var due = Micros.ToTime(row.Int64(0));
        row.Reset();
        return due;
    });

    public List<Webhook> List(WebhookQuery query) => reader.Read(connection =>
    {
        List<Webhook> webhooks = [];
        var row = query.JobId is { } id
            ? connection.Statement(WebhookSql.Find).Bind(1, id).Bind(2, query.AccountId).Bind(3, query.KeyId)
            : Page(connection, query);
        while (row.Step())
        {
            var webhook = Webhook(row);
            if (query.State is null || query.State == webhook.State)
            {
                webhooks.Add(webhook);
            }
        }

        return webhooks.ConvertAll(webhook => webhook with { Attempts = Attempts(connection, webhook.Place) });
    });

    /// <summary>One webhook without its log, or null.</summary>
    public Webhook? Find(string jobId, string accountId, string? keyId) => reader.Read(connection =>
    {
        var row = connection.Statement(WebhookSql.Find).Bind(1, jobId).Bind(2, accountId).Bind(3, keyId);
        if (!row.Step())
        {
            return null;
        }

        var webhook = Webhook(row);
        row.Reset();
        return webhook;
    });

    void DueByHost(
        SqliteConnection connection, DateTimeOffset now, int max, Func<string, int> room, List<long> due)
    {
        var first = _lastHost;
        var host = NextHost(connection, first);
        var wrapped = false;
        while (due.Count < max)
        {
            if (host is null || (wrapped && string.CompareOrdinal(host, first) > 0))
            {
                if (wrapped)
                {
                    return;
                }

                wrapped = true;
                host = NextHost(connection, "");
                continue;
            }

            _lastHost = host;
            var free = Math.Min(room(host), max - due.Count);
            if (free > 0)
            {
                var row = connection.Statement(WebhookSql.DueOfHost)
                    .Bind(1, host).Bind(2, Micros.From(now)).Bind(3, free);
                while (row.Step())
                {
                    due.Add(row.Int64(0));
                }
            }

            host = NextHost(connection, host);
        }
    }

    static string? NextHost(SqliteConnection connection, string after)
    {
        var row = connection.Statement(WebhookSql.NextHost).Bind(1, after);
        if (!row.Step())
        {
            return null;
        }

        var host = row.Text(0);
        row.Reset();
        return host;
    }

    static SqliteStatement Page(SqliteConnection connection, WebhookQuery query)
    {
        var row = connection.Statement(query.State is null ? WebhookSql.List : WebhookSql.ListState)
            .Bind(1, query.Before ?? long.MaxValue).Bind(2, query.AccountId).Bind(3, query.KeyId).Bind(4, query.Limit);
        return query.State is { } state ? row.Bind(5, (long)state) : row;
    }

    static Webhook Webhook(SqliteStatement row) => new()
    {
        Place = row.Int64(0),
        JobId = row.Text(1),
        Endpoint = row.Text(2),
        Url = row.Text(3),
        State = (WebhookState)row.Int64(4),
        CreatedAt = Micros.ToTime(row.Int64(5)),
        DueAt = Micros.ToTime(row.NullableInt64(6)),
        Attempts = [],
    };

    static List<WebhookAttempt> Attempts(SqliteConnection connection, long seq)
    {
        List<WebhookAttempt> attempts = [];
        var row = connection.Statement(WebhookSql.Deliveries).Bind(1, seq);
        while (row.Step())
        {
            attempts.Add(new(
                (int)row.Int64(0), Micros.ToTime(row.Int64(1)), TimeSpan.FromMicroseconds(row.Int64(2)),
                (int?)row.NullableInt64(3), row.NullableText(4)));
        }

        return attempts;
    }
}
