using Atelier.Engines.Speech;

namespace Atelier.Engines.Tests.Speech;

public sealed class PhonemeWindowsTests
{
    [Theory]
    [InlineData("abc", 10, "abc")]
    [InlineData("", 10, "")]
    [InlineData("one. two. three", 10, "one. two.|three")]
    [InlineData("one, two three", 10, "one,|two three")]
    [InlineData("one two three", 10, "one two|three")]
    [InlineData("abcdefghijklm", 5, "abcde|fghij|klm")]
    [InlineData("Hi. onetwothree, four", 14, "Hi.|onetwothree,|four")]
    public void Text_is_cut_at_the_best_place_that_fits(string phonemes, int window, string pieces) =>
        Assert.Equal(pieces, string.Join('|', PhonemeWindows.Split(phonemes, window)));
}
