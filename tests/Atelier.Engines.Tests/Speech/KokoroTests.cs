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
}
