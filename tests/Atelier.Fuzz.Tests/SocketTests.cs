using System.Globalization;
using System.Net.Sockets;
using System.Text;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Fuzz;

/// <summary>Bent requests, byte for byte, over a real socket against a whole server.</summary>
public sealed class SocketTests
{
    const int Parallel = 8;
    const long MemoryGrowthMax = 256 << 20;
    const int AnswerMax = 1 << 20;

    static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(250);
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Bent_requests_are_answered_without_a_500_and_the_server_lives_on()
    {
        await using var server = await TestServer.StartAsync();
        var seeds = await SocketSeeds.ForAsync(server);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        Dictionary<int, int> statuses = [];
        var perWorker = FuzzSettings.SocketCases / Parallel;
        var results = await Task.WhenAll(Enumerable.Range(0, Parallel).Select(worker => RunAsync(server, seeds, worker, perWorker)));
        foreach (var (status, count) in results.SelectMany(result => result))
        {
            statuses[status] = statuses.GetValueOrDefault(status) + count;
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            string.Join(", ", statuses.OrderBy(pair => pair.Key).Select(pair => $"{pair.Key}: {pair.Value}")));
        using var health = await server.Http.GetAsync("/health", TestContext.Current.CancellationToken);
        Assert.True(health.IsSuccessStatusCode);
        Assert.DoesNotContain(500, statuses.Keys);
        Assert.True(statuses.Keys.Any(status => status is >= 200 and < 300), "no case was answered well: the seeds are stale");
        var growth = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(growth < MemoryGrowthMax, $"memory grew by {growth} bytes");
    }

    static async Task<Dictionary<int, int>> RunAsync(TestServer server, IReadOnlyList<SocketRequest> seeds, int worker, int cases)
    {
        Dictionary<int, int> statuses = [];
        SocketMutator mutator = new(seeds, (FuzzSettings.Seed * Parallel) + worker);
        for (var number = 0; number < cases; number++)
        {
            var request = mutator.Next();
            foreach (var status in await ExchangeAsync(new Uri(server.Url), request))
            {
                statuses[status] = statuses.GetValueOrDefault(status) + 1;
                if (status == 500)
                {
                    var path = Path.Combine(Path.GetTempPath(), $"fuzz-socket-{worker}-{number}");
                    await File.WriteAllBytesAsync(path, request, TestContext.Current.CancellationToken);
                    Assert.Fail($"500 for worker {worker}, case {number}, kept as {path}");
                }
            }
        }

        return statuses;
    }

    // Kestrel takes an end of sending for a caller that has gone, so it comes only when no answer does: then a body that
    // promises more than it holds ends at last.
    static async Task<IReadOnlyList<int>> ExchangeAsync(Uri server, byte[] request)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(server.Host, server.Port, TestContext.Current.CancellationToken);
        using var answer = new MemoryStream();
        try
        {
            await socket.SendAsync(request, TestContext.Current.CancellationToken);
            await ReadAsync(socket, answer, Quiet);
            socket.Shutdown(SocketShutdown.Send);
            Assert.True(await ReadAsync(socket, answer, Patience), "the server neither answered nor hung up");
        }
        catch (SocketException)
        {
            // A server may hang up on nonsense.
        }

        return Statuses(answer.ToArray());
    }

    // True at the end of the connection, false when nothing came for so long.
    static async Task<bool> ReadAsync(Socket socket, MemoryStream answer, TimeSpan quiet)
    {
        var buffer = new byte[8192];
        while (true)
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
            patience.CancelAfter(quiet);
            try
            {
                var read = await socket.ReceiveAsync(buffer, patience.Token);
                if (read == 0)
                {
                    return true;
                }

                if (answer.Length < AnswerMax)
                {
                    await answer.WriteAsync(buffer.AsMemory(0, read), TestContext.Current.CancellationToken);
                }
            }
            catch (OperationCanceledException) when (!TestContext.Current.CancellationToken.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    static List<int> Statuses(byte[] answer)
    {
        List<int> statuses = [];
        var text = Encoding.Latin1.GetString(answer);
        for (var at = text.IndexOf("HTTP/1.1 ", StringComparison.Ordinal); at >= 0; at = text.IndexOf("\nHTTP/1.1 ", at + 1, StringComparison.Ordinal))
        {
            var digits = text.AsSpan(text.IndexOf(' ', at) + 1);
            if (digits.Length >= 3 && int.TryParse(digits[..3], NumberStyles.None, CultureInfo.InvariantCulture, out var status))
            {
                statuses.Add(status);
            }
        }

        return statuses;
    }
}
