using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;

namespace Atelier.Server.Hosting;

/// <summary>
/// The single conversion from configuration to options objects: a flag beats the environment, the environment beats
/// <c>atelier.json</c>, the file beats the default. A key that no options class knows stops the start.
/// </summary>
public sealed class Settings(SettingSources sources)
{
    // Filled by Bind, at start, on one thread.
    readonly Dictionary<string, Setting> _inForce = new(StringComparer.Ordinal);

    /// <summary>What is in force and from where, by key. Keys and key files are not shown.</summary>
    public IReadOnlyList<Setting> InForce => [.. _inForce.Values.OrderBy(setting => setting.Key, StringComparer.Ordinal)];

    /// <summary>An options object with everything that was configured for it.</summary>
    /// <exception cref="ConfigurationException">A value of the wrong kind or out of its range.</exception>
    public T Bind<T>(string section)
        where T : class, new()
    {
        var options = new T();
        foreach (var property in typeof(T).GetProperties().Where(property => property.CanWrite))
        {
            var name = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);
            var key = section.Length == 0 ? name : $"{section}.{name}";
            var (text, source) = Find(SettingSources.Flat(key));
            if (text is not null)
            {
                property.SetValue(options, Parse(key, text, property.PropertyType));
            }

            Validate(options, property, key);
            _inForce[SettingSources.Flat(key)] = new(key, Show(key, property.GetValue(options)), source);
        }

        return options;
    }

    /// <summary>To be called after every <see cref="Bind{T}"/>.</summary>
    /// <exception cref="ConfigurationException">A key is unknown; the nearest known one is named.</exception>
    public void RefuseUnknown()
    {
        var unknown = sources.Flags.Keys.Concat(sources.Environment.Keys).Concat(sources.File.Keys)
            .FirstOrDefault(key => !_inForce.ContainsKey(key));
        if (unknown is not null)
        {
            var nearest = _inForce.Values.MinBy(setting => EditDistance(unknown, SettingSources.Flat(setting.Key)));
            throw new ConfigurationException(
                $"There is no setting \"{unknown}\". The nearest is \"{nearest?.Key}\"; `atelier config` lists all.");
        }
    }

    (string? Text, string Source) Find(string flat) =>
        sources.Flags.TryGetValue(flat, out var value) ? (value, "flag")
        : sources.Environment.TryGetValue(flat, out value) ? (value, "environment")
        : sources.File.TryGetValue(flat, out value) ? (value, "file")
        : (null, "default");

    static void Validate(object options, PropertyInfo property, string key)
    {
        List<ValidationResult> results = [];
        var context = new ValidationContext(options) { MemberName = property.Name, DisplayName = key };
        if (!Validator.TryValidateProperty(property.GetValue(options), context, results))
        {
            throw new ConfigurationException($"{key}: {results[0].ErrorMessage}");
        }
    }

    static object? Parse(string key, string text, Type type)
    {
        var invariant = CultureInfo.InvariantCulture;
        var target = Nullable.GetUnderlyingType(type) ?? type;
        object? value = target switch
        {
            _ when target == typeof(string) => text,
            _ when target == typeof(string[]) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
            _ when target == typeof(bool) => bool.TryParse(text, out var flag) ? flag : null,
            _ when target == typeof(int) => int.TryParse(text, NumberStyles.Integer, invariant, out var number) ? number : null,
            _ when target == typeof(long) => long.TryParse(text, NumberStyles.Integer, invariant, out var number) ? number : null,
            _ when target == typeof(double) => double.TryParse(text, NumberStyles.Float, invariant, out var number) ? number : null,
            _ when target == typeof(TimeSpan) => Durations.TryParse(text, out var duration) ? duration : null,
            _ => throw new InvalidOperationException($"{key} has a type that settings cannot have: {type}."),
        };
        return value ?? throw new ConfigurationException($"{key}: \"{text}\" is not {Kind(target)}.");
    }

    static string Kind(Type type) =>
        type == typeof(bool) ? "true or false"
        : type == typeof(TimeSpan) ? "a duration, such as 40ms, 30s, 5m, 2h or 30d"
        : "a number";

    static string Show(string key, object? value) => value switch
    {
        _ when key is "key" => value is null ? "" : "(hidden)",
        null => "",
        string[] list => string.Join(',', list),
        TimeSpan duration => Durations.Show(duration),
        bool flag => flag ? "true" : "false",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    static int EditDistance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(
                    Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)));
            }
        }

        return row[b.Length];
    }
}
