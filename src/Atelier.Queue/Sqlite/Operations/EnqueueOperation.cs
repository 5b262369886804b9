using System.Security.Cryptography;
using Atelier.Queue.Live;

namespace Atelier.Queue.Sqlite.Operations;

/// <summary>Accepts jobs. <paramref name="blobs"/> names the files of large inputs, in the order of the jobs.</summary>
sealed class EnqueueOperation(
    LiveJobs live, IReadOnlyList<NewJob> jobs, IReadOnlyList<string?>? blobs, Func<long> nextSeq, DateTimeOffset now)
    : WriteOperation<IReadOnlyList<EnqueueResult>>
{
    readonly EnqueueResult?[] _refused = new EnqueueResult?[jobs.Count];
    readonly long[] _seqs = new long[jobs.Count];

    public override void Execute(QueueStatements statements)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        var createdAt = Micros.From(now);
        for (var index = 0; index < jobs.Count; index++)
        {
            var job = jobs[index];
            if (job.IdempotencyKey is not null)
            {
                SHA256.HashData(job.Input.Span, hash);
            }

            _seqs[index] = nextSeq();
            _refused[index] = statements.Insert(_seqs[index], job, createdAt, hash, blobs?[index])
                ? null
                : Refuse(statements, job, hash);
        }
    }

    public override void Committed()
    {
        var results = new EnqueueResult[jobs.Count];
        for (var index = 0; index < jobs.Count; index++)
        {
            results[index] = _refused[index] ?? Accept(index);
        }

        Complete(results);
    }

    static EnqueueResult Refuse(QueueStatements statements, NewJob job, ReadOnlySpan<byte> hash)
    {
        // Without a key it is the id that was used before: never the same request.
        if (job.IdempotencyKey is null || statements.FindIdempotent(job) is not var (id, first))
        {
            return new EnqueueResult.Conflict();
        }

        return hash.SequenceEqual(first) ? new EnqueueResult.Repeated(id) : new EnqueueResult.Conflict();
    }

    EnqueueResult.Accepted Accept(int index)
    {
        var job = jobs[index];
        var accepted = new LiveJob
        {
            Seq = _seqs[index],
            Priority = job.Priority,
            MaxAttempts = job.MaxAttempts,
            Retention = job.PayloadRetention,
            HasWebhook = job.Webhook is not null,
            NotBefore = job.NotBefore,
            StartBefore = job.StartBefore,
            Job = new()
            {
                Id = job.Id,
                AccountId = job.AccountId,
                KeyId = job.KeyId,
                App = job.App,
                Endpoint = job.Endpoint,
                State = JobState.InQueue,
                Context = job.Context,
                Attempt = 0,
                CreatedAt = now,
            },
        };

        // A copy: the caller's buffer may be pooled, and the job outlives the call.
        return new(live.Accept(accepted, blobs?[index] is null ? job.Input.ToArray() : null));
    }
}
