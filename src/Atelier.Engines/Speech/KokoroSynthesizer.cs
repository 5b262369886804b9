using System.Text.Json;
using Atelier.Engines.Onnx;

namespace Atelier.Engines.Speech;

/// <summary>Kokoro-82M: phonemes and a voice to sound.</summary>
/// <remarks>Holds the weights; loading takes about a second. Safe to call from many threads.</remarks>
public sealed class KokoroSynthesizer : IDisposable
{
    /// <summary>Samples a second of what comes out.</summary>
    public const int SampleRate = 24_000;

    /// <summary>Tokens in one run besides the two paddings: the model's context is 512.</summary>
    public const int Window = 510;

    const float SpeedMin = 0.1f;
    const float SpeedMax = 5;
    const long Padding = 0;

    // Between pieces of a long text; each piece already ends in a short silence of its own.
    const int PauseSamples = SampleRate / 10;

    readonly OnnxSession _session;
    readonly Dictionary<char, long> _tokens;

    KokoroSynthesizer(OnnxSession session, Dictionary<char, long> tokens) => (_session, _tokens) = (session, tokens);

    /// <param name="modelPath">ONNX: <c>input_ids</c>, <c>style</c>, <c>speed</c> to <c>waveform</c>.</param>
    /// <param name="tokenizerPath">Hugging Face's <c>tokenizer.json</c>; only the vocabulary is read.</param>
    /// <param name="threads">For one run.</param>
    public static KokoroSynthesizer Load(string modelPath, string tokenizerPath, int threads)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(tokenizerPath));
        var tokens = document.RootElement.GetProperty("model").GetProperty("vocab").EnumerateObject()
            .Where(entry => entry.Name.Length == 1)
            .ToDictionary(entry => entry.Name[0], entry => entry.Value.GetInt64());
        return new(
            OnnxSession.Load(modelPath, threads, ["input_ids", "style", "speed"], ["waveform"]), tokens);
    }

    /// <summary>Whether the model has a token for a phoneme.</summary>
    public bool Knows(char phoneme) => _tokens.ContainsKey(phoneme);

    /// <summary>Speaks phonemes; a text longer than the model's window is spoken in pieces.</summary>
    /// <param name="phonemes">In Kokoro's alphabet; what the model has no token for is left out.</param>
    /// <param name="voice">Who speaks.</param>
    /// <param name="speed">From 0.1 to 5; 1 is natural.</param>
    /// <param name="onPiece">Told before each piece: its number from 1 and how many there are.</param>
    /// <param name="cancellationToken">Stops within a piece.</param>
    /// <returns>Samples at <see cref="SampleRate"/>; none when nothing can be spoken.</returns>
    public float[] Speak(
        string phonemes, KokoroVoice voice, float speed, Action<int, int>? onPiece,
        CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(speed, SpeedMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(speed, SpeedMax);
        var known = string.Concat(phonemes.Where(_tokens.ContainsKey));
        var pieces = PhonemeWindows.Split(known, Window).FindAll(piece => piece.Any(char.IsLetter));
        var sound = new List<float[]>();
        for (var index = 0; index < pieces.Count; index++)
        {
            onPiece?.Invoke(index + 1, pieces.Count);
            if (index > 0)
            {
                sound.Add(new float[PauseSamples]);
            }

            sound.Add(SpeakPiece(pieces[index], voice, speed, cancellationToken));
        }

        return [.. sound.SelectMany(piece => piece)];
    }

    float[] SpeakPiece(string piece, KokoroVoice voice, float speed, CancellationToken cancellationToken)
    {
        long[] ids = [Padding, .. piece.Select(phoneme => _tokens[phoneme]), Padding];
        return _session.Run(
            [
                ("input_ids", Tensor.Of(ids, 1, ids.Length)),
                ("style", Tensor.Of(voice.Style(piece.Length), 1, KokoroVoice.StyleSize)),
                ("speed", Tensor.Of([speed], 1)),
            ],
            ["waveform"], cancellationToken)[0].Floats;
    }

    public void Dispose() => _session.Dispose();
}
