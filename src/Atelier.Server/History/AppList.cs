using System.Text.Json;
using Atelier.Protocol.Apps;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.History;

/// <summary><c>GET /v1/serverless/apps</c>: the apps that this server runs, and how they scale.</summary>
sealed class AppList(AppDirectory apps, TimeProvider time)
{
    // One machine, one environment; the words are fal's where it has some.
    const string Environment = "main";
    const string Machine = "local";

    readonly DateTimeOffset _since = time.GetUtcNow();

    public Task AnswerAsync(HttpContext context)
    {
        var query = new PlatformQuery(context.Request.Query);
        var environment = query.Text("environment");
        var search = query.Text("search") ?? "";
        var endpoints = query.Choices("expand", "endpoints").Count > 0;
        if (query.Refused is not null)
        {
            return query.Refusal.ExecuteAsync(context);
        }

        var found = apps.Apps.Select(app => app.Manifest)
            .Where(app => environment is null or Environment && app.App.Contains(search, StringComparison.OrdinalIgnoreCase))
            .OrderBy(app => app.App, StringComparer.Ordinal).ToList();
        JsonAnswer.Send(context, 200, (found, endpoints, _since), Write);
        return Task.CompletedTask;
    }

    static void Write(Utf8JsonWriter json, (List<AppManifest> Apps, bool Endpoints, DateTimeOffset Since) list)
    {
        json.WriteStartObject();
        json.WriteStartArray("apps"u8);
        foreach (var app in list.Apps)
        {
            WriteApp(json, app, list.Endpoints, list.Since);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void WriteApp(Utf8JsonWriter json, AppManifest app, bool endpoints, DateTimeOffset since)
    {
        // Of workflows/owner/name too, the last two.
        var parts = app.App.Split('/');
        json.WriteStartObject();
        json.WriteString("endpoint_id"u8, app.App);
        json.WriteString("name"u8, parts[^1]);
        json.WriteString("owner"u8, parts[^2]);
        json.WriteString("environment"u8, Environment);
        json.WriteString("machine_type"u8, Machine);
        json.WriteString("auth_mode"u8, "private"u8);
        json.WriteNumber("keep_alive"u8, app.Scaling.KeepAliveSeconds);
        json.WriteNumber("min_concurrency"u8, app.Scaling.MinConcurrency);
        json.WriteNumber("max_concurrency"u8, app.Scaling.MaxConcurrency);
        json.WriteNumber("request_timeout"u8, app.Scaling.RequestTimeoutSeconds);
        json.WriteNumber("startup_timeout"u8, app.Scaling.StartupTimeoutSeconds);
        json.WriteStartArray("valid_regions"u8);
        json.WriteEndArray();
        json.WriteString("updated_at"u8, since.UtcDateTime);
        if (endpoints)
        {
            json.WriteStartArray("endpoints"u8);
            foreach (var endpoint in app.Endpoints)
            {
                json.WriteStringValue(endpoint.Id);
            }

            json.WriteEndArray();
        }

        json.WriteEndObject();
    }
}
