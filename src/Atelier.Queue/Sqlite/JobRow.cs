using Atelier.Queue.Live;
using Atelier.Queue.Sqlite.Native;

namespace Atelier.Queue.Sqlite;

/// <summary>Rows to jobs; the columns are <see cref="QueueSql.JobColumns"/>.</summary>
static class JobRow
{
    /// <summary>How many columns <see cref="QueueSql.JobColumns"/> has.</summary>
    public const int Columns = 14;

    public static Job Read(SqliteStatement row) => Read(row, null);

    /// <summary>A row of <see cref="QueueSql.Load"/>.</summary>
    public static LiveJob ReadLive(SqliteStatement row, SharedStrings strings)
    {
        const int After = Columns;
        var job = new LiveJob
        {
            Job = Read(row, strings),
            Seq = row.Int64(After),
            Priority = (JobPriority)row.Int64(After + 1),
            MaxAttempts = (int)row.Int64(After + 2),
            Deaths = (int)row.Int64(After + 3),
            NotBefore = Micros.ToTime(row.NullableInt64(After + 4)),
            StartBefore = Micros.ToTime(row.NullableInt64(After + 5)),
            Retention = TimeSpan.FromMicroseconds(row.Int64(After + 6)),
            HasWebhook = row.Int64(After + 9) != 0,
        };
        var (lines, dropped) = ((int)row.Int64(After + 7), (int)row.Int64(After + 8));
        if (lines > 0)
        {
            job.EnsureLogs(lines, dropped);
        }

        return job;
    }

    static Job Read(SqliteStatement row, SharedStrings? strings) => new()
    {
        Id = row.Text(0),
        AccountId = Shared(row, 1, strings),
        KeyId = Shared(row, 2, strings),
        App = Shared(row, 3, strings),
        Endpoint = Shared(row, 4, strings),
        State = (JobState)row.Int64(5),
        Context = Shared(row, 6, strings),
        Attempt = (int)row.Int64(7),
        CreatedAt = Micros.ToTime(row.Int64(8)),
        StartedAt = Micros.ToTime(row.NullableInt64(9)),
        FinishedAt = Micros.ToTime(row.NullableInt64(10)),
        ResultStatus = (int?)row.NullableInt64(11),
        ErrorType = row.NullableText(12),
        CancelRequested = row.Int64(13) != 0,
    };

    static string Shared(SqliteStatement row, int column, SharedStrings? strings) =>
        strings is null ? row.Text(column) : strings.Get(row.Utf8(column));
}
