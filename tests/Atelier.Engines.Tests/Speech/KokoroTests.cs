using Atelier.Engines.Audio;
using Atelier.Engines.Speech;
using Atelier.Tests;

namespace Atelier.Engines.Tests.Speech;

public sealed class KokoroTests
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("af_heart", EnglishAccent.American)]
    [InlineData("bf_emma", EnglishAccent.British)]
    public void A_sentence_becomes_two_to_five_seconds_of_sound(string voice, EnglishAccent accent)
    {
        var phonemes = Natives.Phonemizer.Phonemize("The quick brown fox jumps over the lazy dog.", accent, Token);

        var samples = Natives.Kokoro.Speak(phonemes, Natives.Voice(voice), 1, null, Token);

        Assert.InRange(samples.Length, 2 * KokoroSynthesizer.SampleRate, 5 * KokoroSynthesizer.SampleRate);
        Assert.InRange(samples.Max(Math.Abs), 0.1f, 1.5f);
        if (Environment.GetEnvironmentVariable("ATELIER_TEST_OUTPUT") is { Length: > 0 } folder)
        {
            File.WriteAllBytes(
                Path.Combine(folder, voice + ".wav"), WavWriter.Write(samples, KokoroSynthesizer.SampleRate));
        }
    }

    /// <summary>The same ids, style and file in onnxruntime-node 1.30.0: 41,400 samples and this loudness.</summary>
    [Fact]
    public void Sound_is_the_reference_graphs()
    {
        float[] loudness =
        [
            0.00000f, 0.00001f, 0.00017f, 0.09874f, 0.11760f, 0.02859f, 0.11231f, 0.12660f, 0.09858f, 0.07085f,
            0.02349f, 0.05384f, 0.01240f, 0.00013f, 0.00006f, 0.00000f,
        ];

        var samples = Natives.Kokoro.Speak("ðə kwɪk bɹWn fɑks", Natives.Voice("af_heart"), 1, null, Token);

        Assert.Equal(41_400, samples.Length);

        // The tolerance leaves room for other processors' 8-bit kernels.
        var heard = samples.Chunk(samples.Length / loudness.Length)
            .Take(loudness.Length)
            .Select(part => MathF.Sqrt(part.Average(sample => sample * sample)));
        Assert.All(heard.Zip(loudness), pair => Assert.InRange(pair.First, pair.Second - 0.01f, pair.Second + 0.01f));
    }

    [Fact]
    public void Twice_the_speed_takes_about_half_the_time()
    {
        var normal = Natives.Kokoro.Speak("ðə kwɪk bɹWn fɑks", Natives.Voice("af_heart"), 1, null, Token);

        var fast = Natives.Kokoro.Speak("ðə kwɪk bɹWn fɑks", Natives.Voice("af_heart"), 2, null, Token);

        Assert.InRange((double)fast.Length / normal.Length, 0.4, 0.65);
    }

    [Fact]
    public void A_text_beyond_the_window_is_spoken_in_pieces()
    {
        var sentence = "ðə kwɪk bɹWn fɑks ʤʌmps Ovəɹ ðə lAzi dɑɡ. ";
        var pieces = new List<string>();

        var samples = Natives.Kokoro.Speak(
            string.Concat(Enumerable.Repeat(sentence, 14)), Natives.Voice("af_heart"), 5,
            (piece, count) => pieces.Add($"{piece}/{count}"), Token);

        Assert.Equal(["1/2", "2/2"], pieces);
        Assert.True(samples.Length > 5 * KokoroSynthesizer.SampleRate);
    }

    [Fact]
    public void Nothing_to_speak_is_no_sound() =>
        Assert.Empty(Natives.Kokoro.Speak("!? 你好", Natives.Voice("af_heart"), 1, null, Token));

    [Fact]
    public void A_voice_is_a_file_of_its_size() =>
        Assert.Throws<InvalidDataException>(() => KokoroVoice.Load(Packs.File("kokoro", "tokenizer.json")));
}
