using System.CommandLine;
using Atelier.Cli.Targets;
using Atelier.Client;
using Atelier.Protocol;

namespace Atelier.Cli.Generate;

/// <summary>Everything between the flags and the request: the schema, the uploads, the input.</summary>
static class Preparation
{
    /// <summary>Makes the input; on a server that has no such model, says which ones are near.</summary>
    public static async Task<byte[]> InputAsync(
        CommandContext context, Target target, EndpointId endpoint, InputFlags flags, ParseResult parsed,
        SubmitOptions options, CancellationToken cancellationToken)
    {
        var document = await SchemaAsync(target, endpoint, cancellationToken);
        if (!target.IsFal && (document is null || !IsCallable(document.Value)))
        {
            throw await NearestModels.UnknownAsync(target, endpoint, cancellationToken);
        }

        var schema = document is { } found ? ModelSchema.Read(found, endpoint) : null;
        var builder = new InputBuilder(
            schema, strict: !target.IsFal,
            (path, stop) => Uploads.SendAsync(target, context.Terminal, path, options.ObjectLifetime, stop));
        return await builder.BuildAsync(flags, parsed, context.Host.In, cancellationToken);
    }

    // An Atelier server also describes models of fal's that it does not run.
    static bool IsCallable(System.Text.Json.JsonElement document) =>
        !document.TryGetProperty("info", out var info) || Catalogue.IsCallable(info);

    /// <summary>fal's schemas are a help, not a condition: a run must not fail because one cannot be read.</summary>
    static async Task<System.Text.Json.JsonElement?> SchemaAsync(
        Target target, EndpointId endpoint, CancellationToken cancellationToken)
    {
        try
        {
            return await target.Client.Platform.SchemaAsync(endpoint, cancellationToken);
        }
        catch (Exception fault) when (target.IsFal && fault is ApiException or TimeoutException)
        {
            return null;
        }
    }

    /// <summary>A 404 of a submit or run is about the model: adds the nearest ids.</summary>
    public static async Task<T> OrUnknownModelAsync<T>(
        Target target, EndpointId endpoint, Func<Task<T>> send, CancellationToken cancellationToken)
    {
        try
        {
            return await send();
        }
        catch (ApiException error) when (error.Status is 404
            && error.Message.StartsWith("Application", StringComparison.Ordinal))
        {
            throw await NearestModels.UnknownAsync(target, endpoint, cancellationToken);
        }
    }
}
