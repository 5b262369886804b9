using System.Text.Json;
using Atelier.Apps;
using Atelier.Apps.Describing;
using Atelier.Protocol.Apps;

namespace Atelier.Tests.Apps.Describing;

public sealed class DescribeTests
{
    [Fact]
    public void A_manifest_is_as_the_golden_file_pins_it() => Golden.AssertEqual(
        "sample.manifest.json",
        JsonSerializer.Serialize([AppDefinition.Read(typeof(SampleApp)).Manifest], ManifestJson.Default.IReadOnlyListAppManifest) + "\n");

    [Theory]
    [InlineData(typeof(NoId), "NoId is an App without [App(\"owner/alias\")].")]
    [InlineData(typeof(BadId), "BadId: \"v1/models\" is not an app id; write owner/alias.")]
    [InlineData(typeof(PathInId), "PathInId: \"a/b/c\" is not an app id; write owner/alias.")]
    [InlineData(typeof(NoRoute), "NoRoute has no endpoint; mark a method with [Endpoint(\"/\")].")]
    [InlineData(typeof(NoConstructor), "NoConstructor needs a public constructor without parameters; load what it needs in SetupAsync.")]
    [InlineData(typeof(Twice), "Twice: the path /a is used by two endpoints.")]
    [InlineData(typeof(BadPath), "BadPath.Run: \"a\" is not a path; write \"/\" or \"/name\".")]
    [InlineData(typeof(TakenPath), "TakenPath.Run: /a/cancel is a route of every runner; choose another path.")]
    [InlineData(typeof(WrongParameters), "WrongParameters.Run: an endpoint is a method (TIn input, Call call, CancellationToken cancellationToken), not (WaitInput).")]
    [InlineData(typeof(WrongReturn), "WrongReturn.Run: an endpoint returns an output record, a Task of one, or an IAsyncEnumerable of them, not Void.")]
    [InlineData(typeof(WrongField), "Odd.When: DateTime has no JSON schema.")]
    [InlineData(typeof(NoDefault), "Bare.Text is neither required nor nullable and has no default.")]
    [InlineData(typeof(Endless), "Loop is nested deeper than 16 levels, or contains itself.")]
    public void A_wrong_app_is_told_what_to_change(Type type, string message) =>
        Assert.Equal(message, Assert.Throws<AppDefinitionException>(() => AppDefinition.Read(type)).Message);

    abstract class Sample : App
    {
        protected static Task<WaitInput> Answer() => Task.FromResult(new WaitInput(""));
    }

    sealed class NoId : Sample;

    [App("v1/models")]
    sealed class BadId : Sample;

    [App("a/b/c")]
    sealed class PathInId : Sample;

    [App("a/b")]
    sealed class NoRoute : Sample;

    [App("a/b")]
    sealed class NoConstructor(int x) : Sample
    {
        public int X { get; } = x;
    }

    [App("a/b")]
    sealed class Twice : Sample
    {
        [Endpoint("/a")]
        public static Task<WaitInput> A(WaitInput input, Call call, CancellationToken cancellationToken) => Answer();

        [Endpoint("/a")]
        public static Task<WaitInput> B(WaitInput input, Call call, CancellationToken cancellationToken) => Answer();
    }

    [App("a/b")]
    sealed class BadPath : Sample
    {
        [Endpoint("a")]
        public static Task<WaitInput> Run(WaitInput input, Call call, CancellationToken cancellationToken) => Answer();
    }

    [App("a/b")]
    sealed class TakenPath : Sample
    {
        [Endpoint("/a/cancel")]
        public static Task<WaitInput> Run(WaitInput input, Call call, CancellationToken cancellationToken) => Answer();
    }

    [App("a/b")]
    sealed class WrongParameters : Sample
    {
        [Endpoint("/")]
        public static Task<WaitInput> Run(WaitInput input) => Answer();
    }

    [App("a/b")]
    sealed class WrongReturn : Sample
    {
        [Endpoint("/")]
        public static void Run(WaitInput input, Call call, CancellationToken cancellationToken) => _ = Answer();
    }

    [App("a/b")]
    sealed class WrongField : Sample
    {
        [Endpoint("/")]
        public static Task<WaitInput> Run(Odd input, Call call, CancellationToken cancellationToken) => Answer();
    }

    [App("a/b")]
    sealed class NoDefault : Sample
    {
        [Endpoint("/")]
        public static Task<WaitInput> Run(Bare input, Call call, CancellationToken cancellationToken) => Answer();
    }

    [App("a/b")]
    sealed class Endless : Sample
    {
        [Endpoint("/")]
        public static Task<WaitInput> Run(Loop input, Call call, CancellationToken cancellationToken) => Answer();
    }

    sealed record Odd(DateTime When);

    sealed record Bare
    {
        public string Text { get; init; } = null!;
    }

    sealed record Loop(Loop[] Inner);
}
