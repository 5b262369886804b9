using System.Text.Json;
using Atelier.Engines.Onnx;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace Atelier.Engines.Speech;

/// <summary>
/// DeepPhonemizer's transformer: letters of a word to its sounds, for words that no dictionary has.
/// </summary>
/// <remarks>
/// Every letter is fed three times and the net answers one symbol a position, repeats and blanks between them
/// (CTC); both are dropped. Safe to call from many threads.
/// </remarks>
sealed class GraphemeNet : IDisposable
{
    const int Positions = 64;
    const int LetterRepeats = 3;
    const int Blank = 0;

    /// <summary>Letters that fit beside the language and the end mark.</summary>
    const int WordLettersMax = (Positions - 2) / LetterRepeats;

    readonly OnnxSession _session;
    readonly Dictionary<string, int> _letters;
    readonly string[] _sounds;
    readonly int _end;

    GraphemeNet(OnnxSession session, Dictionary<string, int> letters, string[] sounds) =>
        (_session, _letters, _sounds, _end) = (session, letters, sounds, letters["<end>"]);

    /// <param name="modelPath">The net: <c>text</c> int64 [1,64] to <c>output</c> float [1,64,sounds].</param>
    /// <param name="symbolsPath">JSON with <c>languages</c>, <c>text_symbols</c>, <c>phoneme_symbols</c>.</param>
    /// <param name="threads">For one run.</param>
    public static GraphemeNet Load(string modelPath, string symbolsPath, int threads)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(symbolsPath));
        var root = document.RootElement;
        var languages = Strings(root, "languages").Select(name => $"<{name}>").ToArray();

        // The order is the net's: blank, languages, end, symbols.
        string[] letters = [" ", .. languages, "<end>", .. Strings(root, "text_symbols")];
        string[] sounds = [" ", .. languages, "<end>", .. Strings(root, "phoneme_symbols")];
        var session = OnnxSession.Load(modelPath, threads, ["text"], ["output"]);

        // The file lists ten punctuation marks more than the net can answer, at the end.
        if (session.Outputs[0].Shape is not [1, Positions, var classes] || classes > sounds.Length)
        {
            var found = session.Outputs[0];
            session.Dispose();
            throw new InvalidDataException($"{modelPath}: {found} does not go with {sounds.Length} sounds.");
        }

        var ids = letters.Index().ToDictionary(letter => letter.Item, letter => letter.Index);
        return new(session, ids, sounds[..classes]);
    }

    /// <summary>Sounds of a lower-case word; letters that the net does not know are passed over.</summary>
    /// <param name="word">In lower case.</param>
    /// <param name="language">One of the languages: <c>en_us</c>.</param>
    /// <param name="cancellationToken">Stops the net.</param>
    public string Pronounce(string word, string language, CancellationToken cancellationToken)
    {
        var ids = word.Select(letter => _letters.GetValueOrDefault(letter.ToString(), Blank))
            .Where(id => id != Blank)
            .ToArray();
        var start = _letters[$"<{language}>"];
        return string.Concat(ids.Chunk(WordLettersMax).Select(part => Pronounce(start, part, cancellationToken)));
    }

    string Pronounce(int language, int[] letters, CancellationToken cancellationToken)
    {
        var text = new long[Positions];
        text[0] = language;
        for (var position = 0; position < letters.Length * LetterRepeats; position++)
        {
            text[position + 1] = letters[position / LetterRepeats];
        }

        text[(letters.Length * LetterRepeats) + 1] = _end;
        var scores = _session.Run([("text", Tensor.Of(text, 1, Positions))], ["output"], cancellationToken)[0].Floats;

        var sounds = new List<string>();
        var previous = Blank;
        for (var position = 0; position < Positions; position++)
        {
            var best = Best(scores.AsSpan(position * _sounds.Length, _sounds.Length));
            if (best == _end)
            {
                break;
            }

            if (best != previous && best > _end)
            {
                sounds.Add(_sounds[best]);
            }

            previous = best;
        }

        return string.Concat(sounds);
    }

    public void Dispose() => _session.Dispose();

    static int Best(ReadOnlySpan<float> scores) => TensorPrimitives.IndexOfMax(scores);

    static string[] Strings(JsonElement root, string name) =>
        root.GetProperty(name).EnumerateArray().Select(element => element.GetString()!).ToArray();
}
