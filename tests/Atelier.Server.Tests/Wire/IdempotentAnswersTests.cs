using System.Buffers;
using System.Text;
using Atelier.Server.Wire;
using Microsoft.AspNetCore.Http;

namespace Atelier.Tests.Server.Wire;

public sealed class IdempotentAnswersTests
{
    readonly ManualTime _time = new();
    readonly IdempotentAnswers _answers;
    int _runs;

    public IdempotentAnswersTests() => _answers = new(_time);

    [Fact]
    public async Task A_repeat_is_answered_from_memory_for_ten_minutes()
    {
        Assert.Equal((200, "run 1"), await SendAsync());
        _time.Advance(TimeSpan.FromMinutes(9.9));
        Assert.Equal((200, "run 1"), await SendAsync());
        _time.Advance(TimeSpan.FromMinutes(0.2));
        Assert.Equal((200, "run 2"), await SendAsync());
    }

    [Theory]
    [InlineData("GET", "/api.fal.ai/v1/keys", "key")]
    [InlineData("POST", "/queue.fal.run/a/b", "key")]
    [InlineData("POST", "/api.fal.ai/v1/keys", "")]
    public async Task What_is_no_mutation_of_the_platform_with_a_key_runs_each_time(string method, string path, string key)
    {
        await SendAsync(method: method, path: path, key: key);

        Assert.Equal((200, "run 2"), await SendAsync(method: method, path: path, key: key));
    }

    [Theory]
    [InlineData(429)]
    [InlineData(500)]
    public async Task A_failure_that_may_pass_is_not_kept(int status)
    {
        Assert.Equal((status, "run 1"), await SendAsync(status: status));

        Assert.Equal((200, "run 2"), await SendAsync());
    }

    [Fact]
    public async Task Another_key_of_the_server_another_address_and_another_key_are_other_requests()
    {
        await SendAsync();

        Assert.Equal((200, "run 2"), await SendAsync(caller: "other"));
        Assert.Equal((200, "run 3"), await SendAsync(path: "/api.fal.ai/v1/other"));
        Assert.Equal((200, "run 4"), await SendAsync(key: "other"));
    }

    [Fact]
    public async Task A_repeat_while_the_first_still_runs_is_refused()
    {
        TaskCompletionSource gate = new();
        var first = SendAsync(until: gate.Task);

        var (status, body) = await SendAsync();
        gate.SetResult();

        Assert.Equal((409, """{"error":{"type":"validation_error","message":"A request with this Idempotency-Key is still running."}}"""), (status, body));
        Assert.Equal((200, "run 1"), await first);
    }

    [Fact]
    public async Task A_request_that_breaks_off_may_be_sent_again()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => SendAsync(until: Task.FromException(new InvalidOperationException())));

        Assert.Equal((200, "run 2"), await SendAsync());
    }

    [Fact]
    public async Task Old_answers_make_room_for_new_ones()
    {
        await SendAsync(key: "first");
        for (var n = 0; n < 1024; n++)
        {
            await SendAsync(key: $"key {n}");
        }

        Assert.Equal((200, "run 1026"), await SendAsync(key: "first"));
        Assert.Equal((200, "run 1025"), await SendAsync(key: "key 1023"));
    }

    [Fact]
    public async Task An_answer_that_is_too_long_is_sent_and_not_kept()
    {
        var text = new string('x', 20_000);

        Assert.Equal((200, $"run 1{text}"), await SendAsync(text: text));
        Assert.Equal((200, $"run 2{text}"), await SendAsync(text: text));
    }

    async Task<(int Status, string Body)> SendAsync(
        string method = "POST", string path = "/api.fal.ai/v1/keys", string key = "key", string caller = "me", int status = 200,
        string text = "", Task? until = null)
    {
        using var sent = new MemoryStream();
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Path = path;
        context.Request.Body = new MemoryStream("{}"u8.ToArray());
        context.Request.Headers["Idempotency-Key"] = key;
        context.Response.Body = sent;
        context.Features.Set(new Caller("local", caller, true));
        await _answers.InvokeAsync(context, async context =>
        {
            var run = ++_runs;
            await (until ?? Task.CompletedTask);
            context.Response.StatusCode = status;
            context.Response.BodyWriter.Write(Encoding.UTF8.GetBytes($"run {run}{text}"));
        });
        await context.Response.CompleteAsync();
        return (context.Response.StatusCode, Encoding.UTF8.GetString(sent.ToArray()));
    }
}
