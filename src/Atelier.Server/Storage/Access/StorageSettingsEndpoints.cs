using System.Text.Json;
using Atelier.Protocol;
using Atelier.Protocol.Schemas;
using Atelier.Server.Calls;
using Atelier.Server.Wire;

namespace Atelier.Server.Storage;

/// <summary>The Platform API's storage routes: access lists and signed URLs of files, and a key's defaults.</summary>
static class StorageSettingsEndpoints
{
    const int BodyMaxBytes = 64 << 10;
    const int SignMaxSeconds = 7 * 24 * 3600;

    public static void MapStorageSettings(this IEndpointRouteBuilder routes)
    {
        var storage = routes.MapGroup($"/{FalHostNames.Api}/v1/storage");
        storage.MapGet("/files/acl", GetAcl);
        storage.MapPut("/files/acl", PutAclAsync);
        storage.MapPost("/files/sign", SignAsync);
        storage.MapGet("/settings", GetSettings);
        storage.MapPut("/settings", PutSettingsAsync);
    }

    static IResult GetAcl(HttpContext context, FileStore store)
    {
        var (file, _, refused) = FileOf(context, store);
        return refused ?? WireJson.Ok(AclOf(file!), StorageJson.Default.FileAcl);
    }

    static async Task<IResult> PutAclAsync(HttpContext context, FileStore store)
    {
        var (file, _, refused) = FileOf(context, store);
        if (refused is not null)
        {
            return refused;
        }

        using var body = await ReadAsync(context);
        if (body is null || !FileAcl.TryRead(body.RootElement, out var acl))
        {
            return Invalid($"The body is not valid: {FileAcl.Form}.");
        }

        var changed = store.ChangeAcl(new(file!.Id), acl);
        return changed is null ? NoFile() : WireJson.Ok(AclOf(changed), StorageJson.Default.FileAcl);
    }

    static async Task<IResult> SignAsync(HttpContext context, FileStore store, SignedTokens tokens, TimeProvider time)
    {
        var (file, url, refused) = FileOf(context, store);
        if (refused is not null)
        {
            return refused;
        }

        using var body = await ReadAsync(context);
        if (body?.RootElement is not { ValueKind: JsonValueKind.Object } json
            || !json.TryGetProperty("expiration_seconds", out var value) || value.ValueKind is not JsonValueKind.Number
            || !value.TryGetInt32(out var seconds) || seconds is < 1 or > SignMaxSeconds)
        {
            return Invalid($"expiration_seconds must be a whole number between 1 and {SignMaxSeconds}.");
        }

        var pass = tokens.Issue(
            new(file!.Id, time.GetUtcNow().AddSeconds(seconds)), StorageJson.Default.DownloadPass);
        return WireJson.Ok(
            new SignAnswer($"{url}?{DownloadEndpoints.Identity}={pass}"), StorageJson.Default.SignAnswer);
    }

    static IResult GetSettings(HttpContext context, KeyLifecycles settings) =>
        Settings(settings.Of(Caller.Of(context).KeyId));

    static async Task<IResult> PutSettingsAsync(HttpContext context, KeyLifecycles settings)
    {
        using var body = await ReadAsync(context);
        if (body?.RootElement.ValueKind is not JsonValueKind.Object)
        {
            return Invalid("The body must be a JSON object with expiration_duration_seconds and initial_acl.");
        }

        if (ObjectLifecycle.Read(body.RootElement, out var lifecycle) is { } problem)
        {
            return Invalid(problem);
        }

        settings.Put(Caller.Of(context).KeyId, lifecycle!);
        return Settings(lifecycle!);
    }

    static IResult Settings(ObjectLifecycle lifecycle) => WireJson.Ok(
        new SettingsAnswer((long?)lifecycle.Expiration?.TotalSeconds, lifecycle.Acl),
        StorageJson.Default.SettingsAnswer);

    // Another account's file is as unknown as none at all.
    static (StoredFile? File, string Url, IResult? Refused) FileOf(HttpContext context, FileStore store)
    {
        var url = context.Request.Query["url"].ToString();
        if (!Uri.TryCreate(url, UriKind.Absolute, out var target) || target.Scheme is not ("http" or "https"))
        {
            return (null, url, Invalid("url must be the whole address of a file."));
        }

        if (target.Query.Length > 0 || target.Fragment.Length > 0 || url.Contains('?', StringComparison.Ordinal))
        {
            return (null, url, Invalid("url must have no query string."));
        }

        var match = OwnFiles.Match(url, WireTarget.Of(context).FilesBaseUrl, context.Connection.LocalPort);
        return match is var (id, _) && store.Find(id) is { } file && file.AccountId == Caller.Of(context).AccountId
            ? (file, url, null)
            : (null, url, NoFile());
    }

    static FileAcl AclOf(StoredFile file) => file.Acl ?? new(AclDecision.Allow, []);

    static async Task<JsonDocument?> ReadAsync(HttpContext context)
    {
        return await SmallBody.ReadAsync(context, BodyMaxBytes) is { } body ? InputValidator.Parse(body, out _) : null;
    }

    static IResult Invalid(string sentence) => PlatformError.Create(400, "validation_error", sentence);

    static IResult NoFile() => PlatformError.Create(404, "not_found", "There is no such file.");
}
