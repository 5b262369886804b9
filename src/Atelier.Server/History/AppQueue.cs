using Atelier.Queue;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.History;

/// <summary>The waiting requests of one app: how many, and away with them.</summary>
sealed class AppQueue(IQueueStore store, AppDirectory apps)
{
    /// <summary>Requests that are cancelled together: they share commits.</summary>
    const int BatchSize = 1000;

    /// <summary><c>{"queue_size"}</c>, or the older <c>{"size"}</c>.</summary>
    public Task SizeAsync(HttpContext context, string field)
    {
        if (AppOf(context) is not { } app)
        {
            return NotFoundAsync(context);
        }

        JsonAnswer.Send(context, 200, (field, Size: store.Waiting(app)), static (json, answer) =>
        {
            json.WriteStartObject();
            json.WriteNumber(answer.field, answer.Size);
            json.WriteEndObject();
        });
        return Task.CompletedTask;
    }

    /// <summary>Cancels what waits; what runs goes on.</summary>
    public async Task FlushAsync(HttpContext context, int status)
    {
        if (AppOf(context) is not { } app)
        {
            await NotFoundAsync(context);
            return;
        }

        // As many rounds as the queue was long when it was asked: what keeps arriving does not hold the caller.
        var account = Caller.Of(context).AccountId;
        for (var rounds = (store.Waiting(app) / BatchSize) + 1; rounds > 0; rounds--)
        {
            var ids = await store.History.WaitingAsync(app, account, BatchSize, context.RequestAborted);
            await Task.WhenAll(ids.Select(id =>
                store.CancelAsync(id, account, PlatformAnswers.Cancelled, context.RequestAborted)));
        }

        if (status is StatusCodes.Status204NoContent)
        {
            context.Response.StatusCode = status;
            return;
        }

        JsonAnswer.Send(context, status, "{}"u8);
    }

    string? AppOf(HttpContext context)
    {
        var values = context.Request.RouteValues;
        var app = $"{values["owner"]}/{values["name"]}";
        return apps.FindApp(app)?.Manifest.App;
    }

    static Task NotFoundAsync(HttpContext context) =>
        PlatformError.Create(404, "not_found", "Resource not found").ExecuteAsync(context);
}
