using System.Text;
using Atelier.Apps.Serving;

namespace Atelier.Tests.Apps.Serving;

public sealed class DataUriTests
{
    [Theory]
    [InlineData("data:,", "")]
    [InlineData("data:,a%20b", "a b")]
    [InlineData("data:text/plain;charset=utf-8,%C3%BC", "ü")]
    [InlineData("data:;base64,YWI=", "ab")]
    [InlineData("data:;base64,YWI", "ab")]
    [InlineData("data:;base64,YWI%3D", "ab")]
    [InlineData("DATA:image/png;BASE64,YWJj", "abc")]
    [InlineData("data:;base64,Pz8_", "???")]
    public void A_data_uri_is_read(string url, string content)
    {
        Assert.True(DataUri.Is(url));
        Assert.Equal(content, Encoding.UTF8.GetString(DataUri.Read(url, 100, out _)!));
    }

    [Theory]
    [InlineData("data:;base64,a")]
    [InlineData("data:;base64,a***")]
    [InlineData("data:text/plain")]
    public void What_is_no_data_uri_is_refused(string url)
    {
        Assert.Null(DataUri.Read(url, 100, out var tooLarge));
        Assert.False(tooLarge);
    }

    [Theory]
    [InlineData("data:,abcd", 3)]
    [InlineData("data:;base64,YWJjZA==", 3)]
    public void The_limit_counts_decoded_bytes(string url, int limit)
    {
        Assert.Null(DataUri.Read(url, limit, out var tooLarge));
        Assert.True(tooLarge);
        Assert.NotNull(DataUri.Read(url, limit + 1, out _));
    }

    [Fact]
    public void The_largest_data_uri_is_32_MiB()
    {
        Assert.NotNull(DataUri.Read(DataUri.Write("a/b", new byte[32 << 20]), long.MaxValue, out _));
        Assert.Null(DataUri.Read(DataUri.Write("a/b", new byte[(32 << 20) + 1]), long.MaxValue, out var tooLarge));
        Assert.True(tooLarge);
    }
}
