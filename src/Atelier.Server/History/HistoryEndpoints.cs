using Atelier.Server.Hosting;
using Atelier.Server.Wire;

namespace Atelier.Server.History;

/// <summary>What became of requests and what they used, as the Platform API tells it (protocol §15).</summary>
sealed class HistoryEndpoints(
    RequestList requests, RequestSearch search, PayloadDeletion payloads, UsageReport usage, AnalyticsReport analytics,
    BillingEvents billing, AppQueue queue, AppList apps, ServerOptions options)
{
    const string V1 = $"/{FalHosts.Api}/v1";
    const string Rest = $"/{FalHosts.Rest}";

    public void Map(IEndpointRouteBuilder routes)
    {
        var admin = new AdminOnly();
        routes.MapGet(V1 + "/models/requests/by-endpoint", context => requests.AnswerAsync(context, forApps: false));
        routes.MapGet(V1 + "/models/requests/search", search.AnswerAsync);
        routes.MapDelete(V1 + "/models/requests/{request_id}/payloads", payloads.AnswerAsync).WithMetadata(admin);
        routes.MapGet(V1 + "/models/usage", usage.AnswerAsync).WithMetadata(admin);
        routes.MapGet(V1 + "/models/analytics", analytics.AnswerAsync);
        routes.MapGet(V1 + "/models/billing-events", billing.AnswerAsync).WithMetadata(admin);

        routes.MapGet(V1 + "/serverless/requests/by-endpoint", context => requests.AnswerAsync(context, forApps: true));
        routes.MapGet(V1 + "/serverless/analytics", analytics.AnswerAsync);
        routes.MapGet(V1 + "/serverless/apps", apps.AnswerAsync);
        routes.MapGet(V1 + "/serverless/apps/{owner}/{name}/queue", context => queue.SizeAsync(context, "queue_size"));
        routes.MapDelete(V1 + "/serverless/apps/{owner}/{name}/queue", context => queue.FlushAsync(context, 204));

        routes.MapGet(V1 + "/account/billing", AccountAnswers.Billing).WithMetadata(admin);
        routes.MapGet(V1 + "/meta", context => AccountAnswers.Meta(context, options)).WithMetadata(new AllowKeyless());

        // The older host's names for the same, as fal's Python SDK calls them.
        routes.MapGet(Rest + "/users/current", AccountAnswers.User);
        routes.MapGet(Rest + "/billing/user_details", AccountAnswers.UserDetails);
        routes.MapGet(Rest + "/applications/{owner}/{name}/queue", context => queue.SizeAsync(context, "size"));
        routes.MapDelete(Rest + "/applications/{owner}/{name}/queue", context => queue.FlushAsync(context, 200));
    }
}
