using Atelier.Server.Hosting;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Atelier.Server.Health;

/// <summary>
/// Metrics and traces by OTLP, only when an operator says where to. Without the setting this type is never made, and none
/// of OpenTelemetry is loaded.
/// </summary>
public sealed class Telemetry : IHostedService, IDisposable
{
    static readonly string[] Meters =
        ["Atelier.*", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    readonly MeterProvider _meters;
    readonly TracerProvider _traces;

    /// <param name="endpoint">The collector's base address; <c>/v1/metrics</c> and <c>/v1/traces</c> are appended.</param>
    /// <param name="instance">This start's instance, told as <c>service.instance.id</c>.</param>
    public Telemetry(string endpoint, string instance)
    {
        var root = endpoint.TrimEnd('/');
        var resource = ResourceBuilder.CreateEmpty().AddService("atelier", serviceVersion: ProductVersion.Text, serviceInstanceId: instance);
        _meters = Sdk.CreateMeterProviderBuilder().SetResourceBuilder(resource).AddMeter(Meters)
            .AddOtlpExporter(otlp => Send(otlp, $"{root}/v1/metrics")).Build();
        _traces = Sdk.CreateTracerProviderBuilder().SetResourceBuilder(resource).AddSource("Microsoft.AspNetCore")
            .AddOtlpExporter(otlp => Send(otlp, $"{root}/v1/traces")).Build();
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Sends what is left, for at most five seconds each.</summary>
    public Task StopAsync(CancellationToken cancellationToken) => Task.Run(
        () =>
        {
            _meters.ForceFlush(5_000);
            _traces.ForceFlush(5_000);
        },
        cancellationToken);

    public void Dispose()
    {
        _meters.Dispose();
        _traces.Dispose();
    }

    static void Send(OtlpExporterOptions otlp, string url) =>
        (otlp.Endpoint, otlp.Protocol) = (new(url), OtlpExportProtocol.HttpProtobuf);
}
