using Atelier.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace Atelier.Tests.Server.Wire;

public sealed class SmallBodyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(9999)]
    [InlineData(10_000)]
    public async Task A_body_within_the_limit_is_read_whole(int length)
    {
        var body = await SmallBody.ReadAsync(Request(new byte[length]), 10_000);

        Assert.Equal(length, body?.Length);
    }

    [Theory]
    [InlineData(10_001)]
    [InlineData(100_000)]
    public async Task A_body_over_the_limit_is_refused_without_a_header_that_tells_its_length(int length) =>
        Assert.Null(await SmallBody.ReadAsync(Request(new byte[length]), 10_000));

    [Fact]
    public async Task A_length_over_the_limit_is_refused_before_the_body_is_read()
    {
        var context = Request([1]);
        context.Request.ContentLength = 10_001;

        Assert.Null(await SmallBody.ReadAsync(context, 10_000));

        Assert.Equal(0, context.Request.Body.Position);
    }

    static DefaultHttpContext Request(byte[] body) => new() { Request = { Body = new MemoryStream(body) } };
}
