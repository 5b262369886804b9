// An app with fal's proxy: pages and clients talk to it, and the key stays here.
//
//   ATELIER_KEY=id:secret dotnet run --project samples/proxy -- --urls http://127.0.0.1:5080 --server http://127.0.0.1:8410
//
// Without --server it forwards to fal.ai, with FAL_KEY.
using System.Net;
using Atelier.Proxy;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();

app.MapFalProxy(configure: options =>
{
    options.BaseUrl = builder.Configuration["server"] is { } server ? new Uri(server) : null;
    options.AllowedEndpoints.Add("atelier/**");
    options.AllowedEndpoints.Add("fal-ai/*");

    // Whoever is on this machine may spend the key; an app with users asks who they are.
    options.IsAuthenticated = context => ValueTask.FromResult(
        context.Connection.RemoteIpAddress is { } caller && IPAddress.IsLoopback(caller));
});

app.Run();
