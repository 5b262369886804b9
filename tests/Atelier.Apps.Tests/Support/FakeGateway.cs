using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Atelier.Tests.Apps;

/// <summary>The gateway's two routes for runners, answering what a test says and keeping what came.</summary>
sealed class FakeGateway(WebApplication web) : IAsyncDisposable
{
    public List<string> Requests { get; } = [];

    public int Status { get; set; } = 200;

    public string Answer { get; set; } = "";

    public string Address => web.Urls.First();

    public static async Task<FakeGateway> StartAsync()
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        var web = builder.Build();
        FakeGateway gateway = new(web);
        web.Run(gateway.HandleAsync);
        await web.StartAsync(TestContext.Current.CancellationToken);
        return gateway;
    }

    public ValueTask DisposeAsync() => web.DisposeAsync();

    async Task HandleAsync(HttpContext context)
    {
        using StreamReader reader = new(context.Request.Body);
        var request = context.Request;
        Requests.Add(string.Join('\n',
            $"{request.Method} {request.Path}{request.QueryString}",
            $"authorization: {request.Headers.Authorization}",
            $"x-fal-request-id: {request.Headers["x-fal-request-id"]}",
            $"x-fal-file-name: {request.Headers["x-fal-file-name"]}",
            $"content-type: {request.ContentType}",
            "",
            await reader.ReadToEndAsync(context.RequestAborted)));
        context.Response.StatusCode = Status;
        await context.Response.WriteAsync(Answer, context.RequestAborted);
    }
}
