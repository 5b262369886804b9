using System.Net;
using Atelier.Client;

namespace Atelier.Cli.Tests;

public sealed class RetryTests
{
    readonly RetryPolicy _policy = new();

    [Theory]
    [InlineData(429, false, true)]
    [InlineData(503, false, true)]
    [InlineData(502, false, false)]
    [InlineData(504, false, false)]
    [InlineData(502, true, true)]
    [InlineData(504, true, true)]
    [InlineData(500, true, false)]
    [InlineData(422, true, false)]
    public void Only_passing_troubles_are_repeated(int status, bool safe, bool expected) =>
        Assert.Equal(expected, _policy.ShouldRetry((HttpStatusCode)status, safe, userTimeout: false, retries: 0));

    [Fact]
    public void The_callers_own_deadline_is_never_repeated() =>
        Assert.False(_policy.ShouldRetry(HttpStatusCode.GatewayTimeout, safe: true, userTimeout: true, retries: 0));

    [Fact]
    public void A_submit_that_may_have_arrived_is_not_repeated()
    {
        Assert.False(_policy.ShouldRetry(HttpRequestError.ResponseEnded, safe: false, retries: 0));
        Assert.True(_policy.ShouldRetry(HttpRequestError.ConnectionError, safe: false, retries: 0));
    }

    [Fact]
    public void Waits_double_up_to_a_limit()
    {
        Assert.Equal(TimeSpan.FromMilliseconds(250), _policy.Delay(0, null, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(1), _policy.Delay(2, null, 0.5));
        Assert.Equal(TimeSpan.FromSeconds(30), _policy.Delay(50, null, 1));
        Assert.Equal(TimeSpan.FromSeconds(5), _policy.Delay(0, TimeSpan.FromSeconds(5), 1));
    }
}
