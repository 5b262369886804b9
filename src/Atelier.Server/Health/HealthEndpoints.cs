using System.Text.Json.Serialization;
using Atelier.Protocol;
using Atelier.Server.Hosting;
using Atelier.Server.Wire;

namespace Atelier.Server.Health;

/// <summary>What operators look at: alive, ready, metrics, the settings in force.</summary>
public static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/health", (ServerState state) => WireJson.Ok(
            new HealthAnswer("ok", ProductVersion.Text, state.Instance), HealthJson.Default.HealthAnswer)).WithMetadata(new AllowKeyless(), new NoBrowsers());
        routes.MapGet("/health/ready", Ready).WithMetadata(new AllowKeyless(), new NoBrowsers());
        routes.MapGet("/metrics", (MetricsText metrics) => TypedResults.Text(metrics.Render(), "text/plain; version=0.0.4"))
            .WithMetadata(new AllowKeyless(), new NoBrowsers());
        routes.MapGet($"/{FalHostNames.Api}/v1/config", (Settings settings) => WireJson.Ok(
            new SettingList(settings.InForce), HealthJson.Default.SettingList)).WithMetadata(new AdminOnly());
        routes.MapPost($"/{FalHostNames.Api}/v1/server/stop", (ServerLifetime lifetime) =>
        {
            lifetime.BeginStop();
            return TypedResults.StatusCode(202);
        }).WithMetadata(new AdminOnly());
    }

    static IResult Ready(ServerState state) => WireJson.Ok(
        new ReadyAnswer(state.IsReady ? "ready" : state.IsDraining ? "stopping" : "starting"),
        HealthJson.Default.ReadyAnswer, state.IsReady ? 200 : 503);
}

sealed record HealthAnswer(string Status, string Version, string Instance);

sealed record ReadyAnswer(string Status);

sealed record SettingList(IReadOnlyList<Setting> Settings);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(HealthAnswer))]
[JsonSerializable(typeof(ReadyAnswer))]
[JsonSerializable(typeof(SettingList))]
sealed partial class HealthJson : JsonSerializerContext;
