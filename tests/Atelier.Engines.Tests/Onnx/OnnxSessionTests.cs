using Atelier.Engines.Onnx;
using Atelier.Tests;

namespace Atelier.Engines.Tests.Onnx;

/// <summary>Wrong use of a model is a managed exception that says what is wrong, never a dead process.</summary>
public sealed class OnnxSessionTests : IDisposable
{
    static readonly CancellationToken Token = TestContext.Current.CancellationToken;

    readonly OnnxSession _session;

    public OnnxSessionTests()
    {
        Natives.LoadOnnx();
        _session = OnnxSession.Load(Packs.File("g2p-en", "g2p.onnx"), 2, ["text"], ["output"]);
    }

    public void Dispose() => _session.Dispose();

    [Fact]
    public void A_session_says_what_the_file_takes_and_gives()
    {
        Assert.Equal("text Int64[1, 64]", _session.Inputs.Single().ToString());
        Assert.Equal("output Float[1, 64, 82]", _session.Outputs.Single().ToString());
    }

    [Fact]
    public void Another_model_is_refused_when_it_is_loaded()
    {
        var refused = Assert.Throws<InvalidDataException>(
            () => OnnxSession.Load(Packs.File("g2p-en", "g2p.onnx"), 2, ["data"], ["sr_out"]));

        Assert.EndsWith(
            "expected data -> sr_out; found text Int64[1, 64] -> output Float[1, 64, 82].", refused.Message);
    }

    [Fact]
    public void A_file_that_is_no_model_is_refused()
    {
        Assert.Throws<OnnxException>(
            () => OnnxSession.Load(Packs.File("g2p-en", "g2p-tokenizer.json"), 2, ["text"], ["output"]));
        Assert.Throws<OnnxException>(() => OnnxSession.Load("/no/such/file.onnx", 2, ["text"], ["output"]));
    }

    [Fact]
    public void A_wrong_name_is_refused() => Refused(
        "The input text Int64[1, 64] must be given once.", ("words", Tensor.Of(new long[64], 1, 64)));

    [Fact]
    public void A_name_too_many_is_refused() => Refused(
        "No input words; there are text Int64[1, 64].",
        ("text", Tensor.Of(new long[64], 1, 64)), ("words", Tensor.Of(new long[64], 1, 64)));

    [Fact]
    public void A_wrong_shape_is_refused() => Refused(
        "text takes [1, 64], not [1, 65].", ("text", Tensor.Of(new long[65], 1, 65)));

    [Fact]
    public void A_wrong_element_type_is_refused() => Refused(
        "text takes Int64, not Float.", ("text", Tensor.Of(new float[64], 1, 64)));

    [Fact]
    public void A_wrong_output_is_refused()
    {
        var refused = Assert.Throws<ArgumentException>(
            () => _session.Run([("text", Tensor.Of(new long[64], 1, 64))], ["scores"], Token));

        Assert.StartsWith("No output scores; there are output Float[1, 64, 82].", refused.Message);
    }

    [Fact]
    public void A_value_that_the_graph_cannot_use_is_an_exception_of_the_runtime()
    {
        var ids = new long[64];
        Array.Fill(ids, 1_000_000);

        Assert.Throws<OnnxException>(() => _session.Run([("text", Tensor.Of(ids, 1, 64))], ["output"], Token));
    }

    [Fact]
    public void A_disposed_session_runs_no_more()
    {
        _session.Dispose();

        Assert.Throws<ObjectDisposedException>(
            () => _session.Run([("text", Tensor.Of(new long[64], 1, 64))], ["output"], Token));
    }

    [Fact]
    public void A_tensor_fills_its_shape() =>
        Assert.Throws<ArgumentException>(() => Tensor.Of(new float[5], 2, 3));

    [Fact]
    public async Task A_session_serves_many_threads()
    {
        var text = new long[64];
        text[0] = 2;
        text[1] = 8;
        text[2] = 6;
        var expected = Scores();

        var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(Scores, Token)));

        Assert.All(all, scores => Assert.Equal(expected, scores));
        float[] Scores() => _session.Run([("text", Tensor.Of(text, 1, 64))], ["output"], Token)[0].Floats;
    }

    void Refused(string message, params (string, Tensor)[] inputs)
    {
        var refused = Assert.Throws<ArgumentException>(() => _session.Run(inputs, ["output"], Token));

        Assert.StartsWith(message, refused.Message);
    }
}
