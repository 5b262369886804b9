using Atelier.Protocol;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Atelier.Proxy;

/// <summary>One call, in order: who asks, what is meant, is it allowed; then it is forwarded.</summary>
sealed class ProxyHandler(FalProxyOptions options, Forwarder forwarder)
{
    readonly ProxyRules _rules = new(options);
    readonly string? _authorization = KeyOf(options) is { } key ? $"Key {key}" : null;

    public async Task HandleAsync(HttpContext context)
    {
        var request = context.Request;
        var authorization = request.Headers.Authorization is [{ Length: > 0 } own] ? own : null;
        if (!await MayCallAsync(context, authorization is not null))
        {
            await RefuseAsync(context, new(401, "Unauthorized"));
            return;
        }

        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = options.MaxRequestBytes;
        }

        try
        {
            var (target, refusal) = _rules.Judge(request);
            refusal ??= authorization is null && _authorization is null
                ? new(401, "This proxy has no key. Set FAL_KEY where it runs.")
                : request.ContentLength > options.MaxRequestBytes ? TooLarge : null;
            var body = refusal is null ? await _rules.ReadTokenBodyAsync(request, target!) : default;
            if ((refusal ?? body.Refusal) is { } refused)
            {
                await RefuseAsync(context, refused);
                return;
            }

            await forwarder.ForwardAsync(context, target!, authorization ?? _authorization!, body.Content);
        }
        catch (BadHttpRequestException bad) when (!context.Response.HasStarted)
        {
            await RefuseAsync(context, bad.StatusCode is 413 ? TooLarge : new(bad.StatusCode, "The request could not be read."));
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The caller has gone, and so has its upstream call.
        }
    }

    Refusal TooLarge => new(413, $"The request body is larger than {options.MaxRequestBytes} bytes.");

    /// <summary>An answer of the proxy itself, in the shape of fal's errors.</summary>
    public static Task RefuseAsync(HttpContext context, Refusal refusal)
    {
        var body = WireErrors.Detail(refusal.Text);
        context.Response.StatusCode = refusal.Status;
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = body.Length;
        if (refusal.Status is 405)
        {
            context.Response.Headers.Allow = ProxyRules.AllowedMethods;
        }

        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.Body.WriteAsync(body).AsTask();
    }

    // A caller with a key of its own spends nothing of ours.
    async ValueTask<bool> MayCallAsync(HttpContext context, bool hasKey) =>
        options.IsAuthenticated is { } isAuthenticated ? await isAuthenticated(context)
        : hasKey || options.AllowAnonymous || context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is not null;

    static string? KeyOf(FalProxyOptions options)
    {
        static string? Read(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

        return options.Key ?? (options.BaseUrl is not null ? Read("ATELIER_KEY")
            : Read("FAL_KEY") ?? (Read("FAL_KEY_ID") is { } id && Read("FAL_KEY_SECRET") is { } secret ? $"{id}:{secret}" : null));
    }
}

/// <summary>An answer of the proxy itself.</summary>
readonly record struct Refusal(int Status, string Text);
