using System.Text.Json.Nodes;
using Atelier.Protocol.Apps;
using Atelier.Server.Calls;

namespace Atelier.Tests.Server.Support;

/// <summary>The apps of the wire tests: <c>acme/paint</c> with two endpoints and a workflow, all of one runner.</summary>
static class TestApps
{
    public const string Paint = "acme/paint";

    public static AppDirectory Directory(IRunner runner, bool exactOnly = false, int slots = 4) => new(
    [
        new HostedApp(new AppManifest
        {
            App = Paint,
            Endpoints =
            [
                Endpoint(Paint, "/", "Paint", "text-to-image", "A prompt to a picture."),
                Endpoint("acme/paint/fast", "/fast", "Fast paint", "text-to-image", "The same, in one step.") with
                {
                    Fidelity = "like", Model = "TinyPaint; q8; paint@1", Card = "# Tiny paint",
                },
            ],
            Scaling = new() { MaxMultiplexing = slots },
        }, runner),
        new HostedApp(new AppManifest
        {
            App = "workflows/acme/pipe",
            Endpoints = [Endpoint("workflows/acme/pipe", "/", "Pipe", "json", "Paint, then speak.") with { Fidelity = "exact", Model = "Pipe 1" }],
        }, runner),
        new HostedApp(new AppManifest
        {
            App = "acme/talk",
            Endpoints =
            [
                Endpoint("acme/talk", "/", "Talk", "json", "Talks, as it is asked.") with { Diagnostic = true },
                Endpoint("acme/talk/stream", "/stream", "Talk on", "json", "Talks on.") with { Streams = true, Diagnostic = true },
                Endpoint("acme/talk/live", "/live", "Talk live", "json", "Talks on.") with { Streams = true, Diagnostic = true },
            ],
        }, runner),
        new HostedApp(new AppManifest
        {
            App = "acme/probe",
            Endpoints = [Endpoint("acme/probe", "/", "Probe", "json", "A diagnostic.") with { Diagnostic = true }],
        }, runner),
    ], exactOnly);

    static EndpointManifest Endpoint(string id, string path, string title, string category, string description) => new()
    {
        Id = id,
        Path = path,
        Title = title,
        Category = category,
        Description = description,
        Input = Schema("""
            {"title":"Input","type":"object","x-fal-order-properties":["prompt","steps"],
             "properties":{"prompt":{"title":"Prompt","type":"string"},"steps":{"title":"Steps","type":"integer","default":4,"minimum":1,"maximum":12}},
             "required":["prompt"]}
            """),
        Output = Schema("""{"title":"Output","type":"object","properties":{"ok":{"type":"boolean"}},"required":["ok"]}"""),
    };

    static JsonObject Schema(string json) => JsonNode.Parse(json)!.AsObject();
}
