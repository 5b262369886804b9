using System.Globalization;

namespace Atelier.Server.Packs.Conversion;

/// <summary>
/// One line of an ncnn <c>.param</c> file: a layer, what it reads and writes, and its numbered settings.
/// </summary>
/// <remarks>Format: https://github.com/Tencent/ncnn/wiki/param-and-model-file-structure.</remarks>
sealed class NcnnLayer
{
    // The first line of every text .param file.
    const string Magic = "7767517";

    // An array setting k is written as -23300 - k.
    const int ArrayBase = -23300;

    readonly Dictionary<int, double> _numbers = [];
    readonly Dictionary<int, float[]> _arrays = [];

    NcnnLayer(string type, string name, string[] inputs, string[] outputs)
    {
        Type = type;
        Name = name;
        Inputs = inputs;
        Outputs = outputs;
    }

    public string Type { get; }

    public string Name { get; }

    public IReadOnlyList<string> Inputs { get; }

    public IReadOnlyList<string> Outputs { get; }

    /// <summary>A whole-number setting.</summary>
    public int Int(int key, int otherwise = 0) => _numbers.TryGetValue(key, out var value) ? (int)value : otherwise;

    public float Float(int key, float otherwise = 0) => (float)_numbers.GetValueOrDefault(key, otherwise);

    /// <summary>An array setting, by its plain number; empty when it is not given.</summary>
    public float[] Array(int key) => _arrays.GetValueOrDefault(key, []);

    /// <exception cref="InvalidDataException">The text is not a <c>.param</c> file.</exception>
    public static IReadOnlyList<NcnnLayer> Read(string text)
    {
        var lines = text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (lines is not [Magic, var counts, .. var rest] || Words(counts) is not [var layers, _]
            || layers != rest.Length.ToString(CultureInfo.InvariantCulture))
        {
            throw new InvalidDataException("The file is not an ncnn net in text form, or it is cut off.");
        }

        return [.. rest.Select(Parse)];
    }

    static NcnnLayer Parse(string line)
    {
        var words = Words(line);
        if (words is not [var type, var name, var takes, var gives, .. var rest]
            || !int.TryParse(takes, CultureInfo.InvariantCulture, out var inputs)
            || !int.TryParse(gives, CultureInfo.InvariantCulture, out var outputs)
            || inputs < 0 || outputs < 0 || inputs + outputs > rest.Length)
        {
            throw new InvalidDataException($"The ncnn layer “{line}” cannot be read.");
        }

        var layer = new NcnnLayer(type, name, rest[..inputs], rest[inputs..(inputs + outputs)]);
        foreach (var setting in rest.AsSpan(inputs + outputs))
        {
            layer.Set(setting);
        }

        return layer;
    }

    void Set(string setting)
    {
        if (setting.Split('=') is not [var left, var right]
            || !int.TryParse(left, CultureInfo.InvariantCulture, out var key))
        {
            throw new InvalidDataException($"The setting “{setting}” of the ncnn layer {Name} cannot be read.");
        }

        var values = right.Split(',');
        if (key > ArrayBase)
        {
            _numbers[key] = Number(values[0]);
        }
        else
        {
            // The first entry of an array is its length.
            _arrays[ArrayBase - key] = [.. values.Skip(1).Select(value => (float)Number(value))];
        }
    }

    double Number(string text) => double.TryParse(text, CultureInfo.InvariantCulture, out var value)
        ? value
        : throw new InvalidDataException($"“{text}” in the ncnn layer {Name} is no number.");

    static string[] Words(string line) => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
}
