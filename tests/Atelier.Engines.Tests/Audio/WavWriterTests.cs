using Atelier.Engines.Audio;

namespace Atelier.Engines.Tests.Audio;

public sealed class WavWriterTests
{
    [Fact]
    public void A_file_is_a_header_and_little_endian_samples()
    {
        var file = WavWriter.Write([0, 1, -1, 2, -0.5f, float.NaN], 24_000);

        Assert.Equal(
            "524946463000000057415645666D7420100000000100010" + "0C05D000080BB00000200100064617461" + "0C000000"
                + "0000FF7F0180FF7F00C00000",
            Convert.ToHexString(file));
    }

    [Fact]
    public void Silence_of_no_length_is_a_header() => Assert.Equal(44, WavWriter.Write([], 24_000).Length);
}
