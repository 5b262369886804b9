using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text;

namespace Atelier.Server.Health;

/// <summary>The running value of one instrument with one set of tags.</summary>
sealed class MetricSeries(Instrument instrument)
{
    // Seconds, from a Kestrel round trip to a long generation.
    static readonly double[] Bounds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

    readonly Lock _gate = new();
    readonly string _kind = Kind(instrument);
    readonly bool _isTotal = instrument.IsObservable;
    readonly long[] _buckets = new long[Bounds.Length];
    double _value;
    long _count;

    public static string Kind(Instrument instrument)
    {
        var type = instrument.GetType().Name;
        return type.StartsWith("Histogram", StringComparison.Ordinal) ? "histogram"
            : type.StartsWith("Counter", StringComparison.Ordinal) || type.StartsWith("ObservableCounter", StringComparison.Ordinal) ? "counter"
            : "gauge";
    }

    public void Take(double value)
    {
        lock (_gate)
        {
            // Observable instruments report their state, the others what was added.
            _value = _isTotal ? value : _value + value;
            if (_kind is "histogram")
            {
                _count++;
                for (var i = 0; i < Bounds.Length; i++)
                {
                    _buckets[i] += value <= Bounds[i] ? 1 : 0;
                }
            }
        }
    }

    public void Render(StringBuilder text, string name, string tags)
    {
        lock (_gate)
        {
            var braces = tags.Length == 0 ? "" : $"{{{tags}}}";
            if (_kind is not "histogram")
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}{braces} {_value}\n");
                return;
            }

            var comma = tags.Length == 0 ? "" : ",";
            for (var i = 0; i < Bounds.Length; i++)
            {
                text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{tags}{comma}le=\"{Bounds[i]}\"}} {_buckets[i]}\n");
            }

            text.Append(CultureInfo.InvariantCulture, $"{name}_bucket{{{tags}{comma}le=\"+Inf\"}} {_count}\n");
            text.Append(CultureInfo.InvariantCulture, $"{name}_sum{braces} {_value}\n{name}_count{braces} {_count}\n");
        }
    }
}
