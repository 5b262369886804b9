using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Atelier.Apps;

namespace Atelier.Tests.Apps;

/// <summary>Uses every part of the app model once.</summary>
[App("tests/sample", Packs = ["sample-pack"])]
sealed class SampleApp : App
{
    public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Released { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public List<string> Events { get; } = [];

    public string? PackFolder { get; private set; }

    public override int MaxMultiplexing => 4;

    public override Task SetupAsync(AppSetup setup, CancellationToken cancellationToken)
    {
        PackFolder = setup.Pack("sample-pack");
        return Task.CompletedTask;
    }

    public override Task TeardownAsync()
    {
        Events.Add("teardown");
        return Task.CompletedTask;
    }

    public override void HandleExit() => Events.Add("exit");

    public override IReadOnlyList<string>? ProvideHints() => ["a", "b"];

    public override object? Health() => new { QueueDepth = 0 };

    [Endpoint("/", Title = "Sample", Description = "Every kind of field.", Model = "Sample v1")]
    [Endpoint("/", Id = "tests/elsewhere/sample")]
    public static Task<SampleOutput> RunAsync(SampleInput input, Call call, CancellationToken cancellationToken)
    {
        Console.Write("half ");
        Console.WriteLine("printed");
        call.Log("two\nlines", "WARN");
        return Task.FromResult(new SampleOutput(input.Prompt, input.Format, input.Steps, call.RequestId));
    }

    [Endpoint("/plain")]
    public static SampleOutput Plain(SampleInput input, Call call, CancellationToken cancellationToken) =>
        new(input.Prompt, input.Format, input.Steps, null);

    [Endpoint("/wait")]
    public async Task<SampleOutput> WaitAsync(WaitInput input, Call call, CancellationToken cancellationToken)
    {
        Entered.TrySetResult();
        await Released.Task.WaitAsync(cancellationToken);
        Events.Add("answered");
        return new(input.Text, Format.Png, 0, null);
    }

    [Endpoint("/stream")]
    public static async IAsyncEnumerable<WaitInput> StreamAsync(
        WaitInput input, Call call, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.Yield();
        yield return new("one");
        yield return new("two");
        if (input.Text is "break")
        {
            throw new InvalidOperationException("broken");
        }
    }

    [Endpoint("/wishes")]
    public static WaitInput Wish(WaitInput input, Call call, CancellationToken cancellationToken)
    {
        (call.BillableUnits, call.NeedsRetry, call.StopRunner) = (1.5, true, false);
        return input.Text is "fail" ? throw new AppException("busy", 500) : input;
    }

    [Endpoint("/fail")]
    public static Task<SampleOutput> FailAsync(WaitInput input, Call call, CancellationToken cancellationToken) =>
        throw (input.Text switch
        {
            "app" => new AppException("no such voice", 418),
            "json" => new AppException("hidden", 451) { Detail = JsonElement.Parse("""[{"a":1}]""") },
            "field" => new FieldException("text", "too odd") { Context = new Dictionary<string, object> { ["max_size"] = 3 } },
            "memory" => new InsufficientMemoryException(),
            "gpu" => new InvalidOperationException("CUDNN_STATUS_EXECUTION_FAILED"),
            "gpu-memory" => new InvalidOperationException("CUDA failure 2: Out of memory"),
            "cancel" => new OperationCanceledException(),
            _ => new InvalidOperationException("the secret reason"),
        });

    [Endpoint("/files")]
    public static async Task<FilesOutput> FilesAsync(FilesInput input, Call call, CancellationToken cancellationToken)
    {
        var content = await call.FetchAsync("image_url", input.ImageUrl, 1000, cancellationToken);
        return new(await call.SaveImageAsync(content, "image/png", "ü.png", 2, 3, cancellationToken));
    }
}

enum Format
{
    Png,
    [JsonStringEnumMemberName("jpeg")]
    JpegFile,
}

[Description("Every kind of field.")]
sealed record SampleInput
{
    [Description("What to do.")]
    [StringLength(10, MinimumLength = 1)]
    public required string Prompt { get; init; }

    [Description("A picture.")]
    public string? ImageUrl { get; init; }

    public IReadOnlyList<string> MaskUrls { get; init; } = [];

    [Range(1, 8)]
    public int Steps { get; init; } = 4;

    [Range(0.0, 5.0, MinimumIsExclusive = true)]
    public double Speed { get; init; } = 1;

    public long? Seed { get; init; }

    public Format Format { get; init; } = Format.JpegFile;

    [AllowedValues("af_heart", "af_sky")]
    public string Voice { get; init; } = "af_heart";

    public bool SyncMode { get; init; }

    public Box Size { get; init; } = new(512);

    [MinLength(1)]
    [MaxLength(3)]
    public Box[]? Boxes { get; init; }

    public JsonElement Anything { get; init; }

    public JsonObject? Options { get; init; }

    [JsonPropertyName("CFG")]
    public float Guidance { get; init; } = 2.5f;

    [JsonIgnore]
    public string Hidden { get; init; } = "";
}

sealed record Box(int Width, int Height = 512);

sealed record SampleOutput(string Prompt, Format Format, int Steps, string? RequestId);

sealed record WaitInput(string Text);

sealed record FilesInput(string ImageUrl, bool SyncMode = false);

sealed record FilesOutput(ImageOutput Image);
