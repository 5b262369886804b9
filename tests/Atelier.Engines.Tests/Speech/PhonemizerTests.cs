using Atelier.Engines.Speech;
using Atelier.Tests;

namespace Atelier.Engines.Tests.Speech;

public sealed class PhonemizerTests
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("The quick brown fox jumps over the lazy dog.", "ðə kwɪk bɹWn fɑks ʤʌmps Ovəɹ ðə lAzi dɑɡ.")]
    [InlineData("Church, judge!", "ʧɜɹʧ, ʤʌʤ!")]
    [InlineData("The apple (an egg) — \"a\"?", "ði æpəl (ən ɛɡ)— “ɐ”?")]
    [InlineData("zorblatt", "zɔɹblæt")]
    [InlineData("Zorblatt's dog", "zɔɹblæts dɑɡ")]
    [InlineData("QXK", "kju ɛks kA")]
    [InlineData("'tis 'quoted'", "tɪz kwOtɪd")]
    [InlineData("你好", "")]
    [InlineData("!?", "!?")]
    public void American_words_have_kokoros_letters(string text, string phonemes) =>
        Assert.Equal(phonemes, Natives.Phonemizer.Phonemize(text, EnglishAccent.American, Token));

    [Theory]
    [InlineData("The quick brown fox jumps over the lazy dog.", "ðə kwɪk bɹWn fɒks ʤʌmps Qvə ðə lAzi dɒɡ.")]
    [InlineData("car", "kɑː")]
    [InlineData("near the cat", "nɪə ðə kat")]
    [InlineData("near a car, over it", "nɪəɹ ɐ kɑː, Qvəɹ ɪt")]
    public void British_words_have_their_own(string text, string phonemes) =>
        Assert.Equal(phonemes, Natives.Phonemizer.Phonemize(text, EnglishAccent.British, Token));

    [Theory]
    [InlineData(EnglishAccent.American)]
    [InlineData(EnglishAccent.British)]
    public void The_model_has_a_token_for_all_that_common_words_become(EnglishAccent accent)
    {
        const string Text = "Better about nature, measure: boy joy loud church singing thin then yes why? "
            + "Little button rhythm; prism! Their poor fire hour near bird nurse goat goose father thought lot.";

        var phonemes = Natives.Phonemizer.Phonemize(Text, accent, Token);

        Assert.Equal("", string.Concat(phonemes.Where(phoneme => !Natives.Kokoro.Knows(phoneme)).Distinct()));
        Assert.All("ˈˌːAIWYOQʤʧᵊɜɹ", letter => Assert.True(Natives.Kokoro.Knows(letter)));
    }

    [Fact]
    public void A_word_longer_than_the_net_is_pronounced_in_parts()
    {
        var phonemes = Natives.Phonemizer.Phonemize(new string('k', 100) + "a", EnglishAccent.American, Token);

        Assert.NotEmpty(phonemes);
    }
}
