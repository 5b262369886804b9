using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Atelier.Server.Health;

/// <summary>
/// Every instrument of our meters, and Kestrel's and the runtime's, in Prometheus' text format 0.0.4.
/// </summary>
/// <remarks>Own code because no Prometheus exporter restores from the package sources our builds reach.</remarks>
public sealed class MetricsText : IDisposable
{
    /// <summary>Series at most; further tag values are not counted, so that no caller can fill the memory.</summary>
    const int SeriesLimit = 2_000;

    static readonly string[] Meters = ["Atelier.", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime"];

    readonly ConcurrentDictionary<(Instrument Instrument, string Tags), MetricSeries> _series = new();
    readonly MeterListener _listener = new();

    public MetricsText()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (Meters.Any(meter => instrument.Meter.Name.StartsWith(meter, StringComparison.Ordinal)))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Take(instrument, value, tags));
        _listener.Start();
    }

    public string Render()
    {
        _listener.RecordObservableInstruments();
        var text = new StringBuilder();
        foreach (var group in _series.GroupBy(pair => pair.Key.Instrument).OrderBy(group => group.Key.Name, StringComparer.Ordinal))
        {
            var name = Name(group.Key);
            text.Append(CultureInfo.InvariantCulture, $"# HELP {name} {group.Key.Description}\n# TYPE {name} {MetricSeries.Kind(group.Key)}\n");
            foreach (var ((_, tags), series) in group.OrderBy(pair => pair.Key.Tags, StringComparer.Ordinal))
            {
                series.Render(text, name, tags);
            }
        }

        return text.ToString();
    }

    public void Dispose() => _listener.Dispose();

    void Take(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var key = (instrument, Tags(tags));
        if (_series.TryGetValue(key, out var series)
            || (_series.Count < SeriesLimit && (series = _series.GetOrAdd(key, _ => new MetricSeries(instrument))) is not null))
        {
            series.Take(value);
        }
    }

    static string Name(Instrument instrument)
    {
        var name = instrument.Name.Replace('.', '_').Replace('-', '_');
        return MetricSeries.Kind(instrument) is "counter" && !name.EndsWith("_total", StringComparison.Ordinal) ? $"{name}_total" : name;
    }

    static string Tags(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
        {
            return "";
        }

        var text = new StringBuilder();
        foreach (var (key, value) in tags)
        {
            var escaped = Convert.ToString(value, CultureInfo.InvariantCulture)?
                .Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
            text.Append(text.Length == 0 ? "" : ",").Append(key.Replace('.', '_')).Append("=\"").Append(escaped).Append('"');
        }

        return text.ToString();
    }
}
