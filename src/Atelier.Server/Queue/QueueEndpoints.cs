using Atelier.Protocol;
using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.Queue;

/// <summary>
/// The queue's surface: status, result, cancel; submit is in <see cref="SubmitEndpoint"/>. Every status code is listed in
/// <c>docs/architecture/01-wire.md</c>.
/// </summary>
sealed class QueueEndpoints(IQueueStore store, SubmitEndpoint submit, StatusHolds holds, StatusStreams streams)
{
    const string Prefix = $"/{FalHostNames.Queue}";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapMethods(Prefix + "/{**path}", ["GET", "HEAD"], GetAsync);
        routes.MapPost(Prefix + "/{**path}", PostAsync);
        routes.MapPut(Prefix + "/{**path}", PutAsync);
        routes.MapMethods(Prefix + "/{**path}", ["DELETE", "PATCH"], MethodNotAllowedAsync);
    }

    Task GetAsync(HttpContext context) => Route(context) switch
    {
        { Action: RequestAction.Status, RequestId: var id } => StatusAsync(context, id),
        { Action: RequestAction.Result, RequestId: var id } => ResultAsync(context, id),
        { Action: RequestAction.StatusStream, RequestId: var id } => streams.HandleAsync(context, id, WantsLogs(context)),
        _ => MethodNotAllowedAsync(context),
    };

    Task PostAsync(HttpContext context) => Route(context) switch
    {
        { Action: RequestAction.Cancel, RequestId: var id } => CancelAsync(context, id),
        null => submit.HandleAsync(context, Path(context)),
        _ => MethodNotAllowedAsync(context),
    };

    Task PutAsync(HttpContext context) => Route(context) switch
    {
        { Action: RequestAction.Cancel, RequestId: var id } => CancelAsync(context, id),
        _ => MethodNotAllowedAsync(context),
    };

    async Task StatusAsync(HttpContext context, string id)
    {
        var account = Caller.Of(context).AccountId;
        var job = await store.FindAsync(id, account, context.RequestAborted);
        if (job is { State: not JobState.Completed } && await holds.WaitAsync(id, context.RequestAborted))
        {
            job = await store.FindAsync(id, account, context.RequestAborted);
        }

        if (job is null)
        {
            JsonAnswer.Send(context, 404, ControlAnswers.NotFound);
            return;
        }

        var logs = WantsLogs(context) ? await store.LogsAsync(id, account, context.RequestAborted) : null;
        var failure = await Failure.OfAsync(store, job, context.RequestAborted);
        var position = job.State is JobState.InQueue ? store.Position(id) : 0;
        var answer = new StatusAnswer(WireTarget.Of(context).QueueBaseUrl, job, position, logs, failure);
        JsonAnswer.Send(context, answer.HttpStatus, answer, StatusAnswer.Write);
    }

    async Task ResultAsync(HttpContext context, string id)
    {
        var account = Caller.Of(context).AccountId;
        var job = await store.FindAsync(id, account, context.RequestAborted);
        if (job is null)
        {
            await WireError.Detail(404, "Request not found").ExecuteAsync(context);
            return;
        }

        if (job.State is not JobState.Completed)
        {
            // Clients compare this text to go on polling.
            await WireError.Detail(400, "Request is still in progress").ExecuteAsync(context);
            return;
        }

        if (await store.AnswerAsync(id, account, context.RequestAborted) is not { } answer)
        {
            await WireError.Detail(404, "Request payload expired").ExecuteAsync(context);
            return;
        }

        await StoredAnswers.SendAsync(context, answer);
    }

    async Task CancelAsync(HttpContext context, string id)
    {
        var account = Caller.Of(context).AccountId;
        var result = await store.CancelAsync(id, account, PlatformAnswers.Cancelled, context.RequestAborted);
        var (status, body) = ControlAnswers.Of(result);
        JsonAnswer.Send(context, status, body);
    }

    // Every answer about a request carries its id, the refusals too: Python tells our answers from a proxy's by it.
    static RequestRoute? Route(HttpContext context)
    {
        if (!RequestRoute.TryParse(Path(context), out var route))
        {
            return null;
        }

        context.Response.Headers[FalHeaders.RequestId] =
            route.Value.RequestId is { Length: > 0 } id ? id : Guid.CreateVersion7().ToString();
        return route;
    }

    static string Path(HttpContext context) => context.Request.Path.Value![Prefix.Length..].Trim('/');

    // 1/0, true/false and True/False: each client spells it in its own way.
    static bool WantsLogs(HttpContext context) =>
        context.Request.Query["logs"] is [{ } wish] &&
        (wish is "1" || wish.Equals("true", StringComparison.OrdinalIgnoreCase));

    static Task MethodNotAllowedAsync(HttpContext context) =>
        WireError.Detail(405, "Method Not Allowed").ExecuteAsync(context);
}
