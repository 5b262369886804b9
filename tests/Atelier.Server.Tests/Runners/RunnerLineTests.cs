using System.Text;
using Atelier.Server.Runners;

namespace Atelier.Tests.Runners;

public sealed class RunnerLineTests
{
    [Theory]
    [InlineData("plain", "STDOUT", "plain", null)]
    [InlineData("""{"line":"a","fal_request_id":"r","fal_endpoint":"e","level":"warning"}""", "WARN", "a", "r")]
    [InlineData("""{"line":"a","other":{"line":"b"}}""", "STDOUT", "a", null)]
    [InlineData("""{"line":"a","level":"NOTICE"}""", "STDOUT", "a", null)]
    [InlineData("""{"no":"line"}""", "STDOUT", """{"no":"line"}""", null)]
    [InlineData("{not json", "STDOUT", "{not json", null)]
    [InlineData("""{"line":1}""", "STDOUT", """{"line":1}""", null)]
    public void A_line_is_text_unless_it_says_otherwise(string line, string level, string text, string? request) =>
        Assert.Equal(new(level, text, request), RunnerLine.Parse(Encoding.UTF8.GetBytes(line), "STDOUT"));

    [Fact]
    public void A_long_line_is_cut_between_characters()
    {
        var text = RunnerLine.Parse(Encoding.UTF8.GetBytes("x" + new string('ü', 5000)), "STDOUT").Text;

        Assert.Equal("x" + new string('ü', 4095), text);
    }

    [Fact]
    public void Bytes_become_lines_wherever_they_are_cut()
    {
        List<string> lines = [];
        var splitter = new LineSplitter(4, line => lines.Add(Encoding.UTF8.GetString(line)));

        splitter.Add("a"u8);
        splitter.Add("b\r\n\ntoo long\nen"u8);
        splitter.Add("d"u8);
        splitter.Complete();

        Assert.Equal(["ab", "", "too ", "end"], lines);
    }
}
