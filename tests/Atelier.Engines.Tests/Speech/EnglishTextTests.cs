using Atelier.Engines.Speech;

namespace Atelier.Engines.Tests.Speech;

public sealed class EnglishTextTests
{
    [Theory]
    [InlineData("0", "zero")]
    [InlineData("7 and 13", "seven and thirteen")]
    [InlineData("42", "forty two")]
    [InlineData("100", "one hundred")]
    [InlineData("1,234", "one thousand two hundred thirty four")]
    [InlineData("1,000,000", "one million")]
    [InlineData("2000000015", "two billion fifteen")]
    [InlineData("999999999999",
        "nine hundred ninety nine billion nine hundred ninety nine million nine hundred ninety nine thousand "
            + "nine hundred ninety nine")]
    [InlineData("1000000000000", "one zero zero zero zero zero zero zero zero zero zero zero zero")]
    [InlineData("3.14", "three point one four")]
    [InlineData("-5 degrees", "minus five degrees")]
    [InlineData("a well-known 20-year plan", "a well-known twenty-year plan")]
    [InlineData("pages 3-5", "pages three-five")]
    [InlineData("1st, 2nd, 3rd, 12th, 20th, 21st, 100th",
        "first, second, third, twelfth, twentieth, twenty first, one hundredth")]
    [InlineData("50%", "fifty percent")]
    [InlineData("$5", "five dollars")]
    [InlineData("$1", "one dollar")]
    [InlineData("$5.20", "five dollars and twenty cents")]
    [InlineData("$1,250.00 now", "one thousand two hundred fifty dollars now")]
    [InlineData("$2.5 million", "two point five million dollars")]
    [InlineData("£3.50", "three pounds and fifty pence")]
    [InlineData("At 10:30.", "At ten thirty.")]
    [InlineData("Mr. Smith and Mrs. Jones met Dr. No.", "mister Smith and missus Jones met doctor No.")]
    [InlineData("St. Paul lives on 5th St. today.", "saint Paul lives on fifth street today.")]
    [InlineData("fruit, e.g. apples, i.e. these, etc.", "fruit, for example apples, that is these, et cetera")]
    [InlineData("salt & pepper", "salt  and  pepper")]
    [InlineData("Version 2.", "Version two.")]
    [InlineData("4K at 60fps", "four K at sixty fps")]
    [InlineData("don’t", "don't")]
    public void Text_is_written_out_as_it_is_read(string text, string spoken) =>
        Assert.Equal(spoken, EnglishText.Spoken(text));
}
