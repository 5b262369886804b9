using Atelier.Queue.Webhooks;
using Atelier.Server.Webhooks;

namespace Atelier.Tests.Server.Webhooks;

public sealed class RetryPlanTests
{
    static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    static readonly WebhookAnswer Failed = new(500, "status", null);

    readonly WebhookOptions _options = new();

    [Fact]
    public void The_defaults_make_ten_attempts_in_two_hours_and_thirty_one_before_the_result_expires()
    {
        List<DateTimeOffset> attempts = [Start];
        while (Decide(attempts.Count - 1, Failed, attempts[^1]) is WebhookEnd.Retry retry)
        {
            attempts.Add(retry.At);
        }

        Assert.Equal(31, attempts.Count);
        Assert.Equal(2.0, (attempts[9] - Start).TotalHours, tolerance: 0.2);
        Assert.True(attempts[10] - Start > TimeSpan.FromHours(3));
        Assert.InRange((attempts[30] - Start).TotalDays, 24, 30);
    }

    [Fact]
    public void The_first_attempt_has_fifteen_seconds_and_later_ones_two_minutes()
    {
        var plan = new RetryPlan(_options, new(1));

        Assert.Equal(TimeSpan.FromSeconds(15), plan.Timeout(Lease(0)));
        Assert.Equal(TimeSpan.FromMinutes(2), plan.Timeout(Lease(1)));
    }

    [Fact]
    public void Nothing_is_planned_for_after_the_result_expires()
    {
        var last = Lease(3) with { ExpiresAt = Start + TimeSpan.FromSeconds(100) };

        Assert.IsType<WebhookEnd.Failed>(new RetryPlan(_options, new(1)).Decide(last, Failed, Start));
    }

    [Theory]
    [InlineData("redirect")]
    [InlineData("refused_address")]
    public void What_would_end_the_same_way_is_not_tried_again(string error) =>
        Assert.IsType<WebhookEnd.Failed>(Decide(0, new(null, error, null), Start));

    [Theory]
    [InlineData("timeout")]
    [InlineData("unreachable")]
    [InlineData("status")]
    public void What_may_mend_is(string error) =>
        Assert.IsType<WebhookEnd.Retry>(Decide(0, new(null, error, null), Start));

    [Theory]
    [InlineData(60, 60)] // as asked
    [InlineData(86_400, 3_600)] // bounded
    [InlineData(1, 14)] // never sooner than planned
    [InlineData(-5, 14)]
    public void A_receiver_may_ask_for_more_time(int asked, int seconds)
    {
        var retry = Assert.IsType<WebhookEnd.Retry>(
            Decide(0, new(503, "status", TimeSpan.FromSeconds(asked)), Start));

        Assert.InRange((retry.At - Start).TotalSeconds, seconds * 0.9, seconds);
    }

    WebhookEnd Decide(int failures, WebhookAnswer answer, DateTimeOffset now) =>
        new RetryPlan(_options, new(1)).Decide(Lease(failures), answer, now);

    static WebhookLease Lease(int failures) => new()
    {
        JobId = "r1",
        AccountId = "me",
        Url = "https://hooks.example/",
        Host = "hooks.example:443",
        Attempt = failures + 1,
        Failures = failures,
        ResultStatus = 200,
        ExpiresAt = Start + TimeSpan.FromDays(30),
    };
}
