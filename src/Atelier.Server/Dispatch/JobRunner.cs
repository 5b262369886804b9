using Atelier.Queue;
using Atelier.Server.Calls;

namespace Atelier.Server.Dispatch;

/// <summary>One attempt at a queued request: look up the app, validate, run, decide what the end means.</summary>
sealed partial class JobRunner(
    AppDirectory apps, InputValidators validators, IQueueStore store, RetryRule rule, TimeProvider time, ILogger<JobRunner> logger)
{
    /// <summary>The queue's <see cref="JobHandler"/>. A cancelled attempt throws: the store knows who cancelled, and why.</summary>
    public async Task<JobOutcome> RunAsync(Lease lease, CancellationToken cancellationToken)
    {
        var job = lease.Job;
        if (apps.Find(job.Endpoint) is not (var app, var endpoint))
        {
            return new JobOutcome.Completed(RunnerAnswers.Unknown(job.Endpoint));
        }

        CallMetrics.Waited(job.Endpoint, time.GetUtcNow() - job.CreatedAt);

        // Before a runner starts or a pack is pulled: a wrong field must not cost a gigabyte.
        if (validators.Check(endpoint, lease.Input) is { Count: > 0 } details)
        {
            return Complete(lease, StoredAnswers.Invalid(details));
        }

        var context = JobContext.Parse(job.Context);
        var logs = new JobLogs(store, job.Id);
        using var deadline = lease.StartBefore is { } before ? Deadline(before) : null;
        CallMetrics.Started(job.Endpoint);
        try
        {
            var call = Call(lease, context, endpoint.Path, logs, deadline?.Token ?? default);
            var outcome = await app.Runner.RunAsync(call, cancellationToken);
            if (outcome is RunnerOutcome.Failed failed)
            {
                logs.Add(new(time.GetUtcNow(), "ERROR", failed.Sentence));
                Log.Failed(logger, job.Id, job.Endpoint, lease.Attempt, failed.Failure, failed.Sentence);
            }

            var decided = rule.Decide(outcome, RunnerAnswers.Of(outcome, endpoint), lease.Attempt, context.Retries);
            return decided is JobOutcome.Completed completed ? Complete(lease, completed.Answer) : decided;
        }
        catch (OperationCanceledException)
            when (deadline is { IsCancellationRequested: true } && !cancellationToken.IsCancellationRequested)
        {
            return Complete(lease, PlatformAnswers.StartedTooLate);
        }
        finally
        {
            logs.Flush();
            CallMetrics.Ended(job.Endpoint);
        }
    }

    // The wait for a runner, its start and its packs count until the deadline; the store watches the queue's part.
    CancellationTokenSource Deadline(DateTimeOffset before)
    {
        // Longer than a timer can wait is no deadline.
        var left = Math.Clamp((before - time.GetUtcNow()).TotalMilliseconds, 0, int.MaxValue);
        return new(TimeSpan.FromMilliseconds(left), time);
    }

    static RunnerCall Call(Lease lease, JobContext context, string path, JobLogs logs, CancellationToken deadline) => new()
    {
        RequestId = lease.JobId,
        App = lease.Job.App,
        Endpoint = lease.Job.Endpoint,
        Path = path,
        Hint = context.RunnerHint,
        StartDeadline = deadline,
        Attempt = lease.Attempt,
        Input = lease.Input,
        Log = logs.Add,
        Rights = new(lease.Job.AccountId, context.Files, context.Lifecycle, lease.Job.KeyId),
    };

    JobOutcome.Completed Complete(Lease lease, StoredAnswer answer)
    {
        CallMetrics.Completed(lease.Job.Endpoint, answer.Status);
        Log.Completed(logger, lease.JobId, lease.Job.Endpoint, lease.Attempt, answer.Status);
        return new(answer);
    }

    static partial class Log
    {
        [LoggerMessage(1101, LogLevel.Debug, "Request {RequestId} for {Endpoint} ended in attempt {Attempt} with {Status}.")]
        public static partial void Completed(ILogger logger, string requestId, string endpoint, int attempt, int status);

        [LoggerMessage(1102, LogLevel.Warning, "Attempt {Attempt} at request {RequestId} for {Endpoint} failed ({Failure}): {Sentence}")]
        public static partial void Failed(
            ILogger logger, string requestId, string endpoint, int attempt, RunnerFailure failure, string sentence);
    }
}
