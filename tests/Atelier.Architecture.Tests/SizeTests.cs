using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Atelier.Tests.Architecture;

/// <summary>Files stay short enough to be read in one go.</summary>
public sealed class SizeTests
{
    const int FileLinesMax = 400;
    const int MethodLinesMax = 60;
    const int MedianMax = 70;

    static readonly string[] BannedEndings = ["Manager", "Helper", "Helpers", "Util", "Utils", "Impl"];

    [Fact]
    public void No_file_is_longer_than_400_lines_and_the_median_is_at_most_70()
    {
        var lines = Repository.Sources().Select(source => (source.Path, Lines: source.Text.Count(c => c == '\n'))).ToList();

        Assert.DoesNotContain(lines, file => file.Lines > FileLinesMax);
        Assert.InRange(lines.Select(file => file.Lines).Order().ElementAt(lines.Count / 2), 1, MedianMax);
        Assert.InRange(lines.Select(file => file.Lines).Order().ElementAt(lines.Count * 9 / 10), 1, 250);
    }

    [Fact]
    public void No_method_is_longer_than_60_lines()
    {
        List<string> wrong = [];
        foreach (var (path, text) in Repository.Sources())
        {
            var root = CSharpSyntaxTree.ParseText(text, cancellationToken: TestContext.Current.CancellationToken)
                .GetRoot(TestContext.Current.CancellationToken);
            wrong.AddRange(root.DescendantNodes().OfType<BaseMethodDeclarationSyntax>()
                .Select(method => (Method: method, Span: (method.Body as SyntaxNode ?? method.ExpressionBody)?.GetLocation().GetLineSpan()))
                .Where(pair => pair.Span is { } span && span.EndLinePosition.Line - span.StartLinePosition.Line > MethodLinesMax)
                .Select(pair => $"{path}:{pair.Span!.Value.StartLinePosition.Line + 1}"));
        }

        Assert.Empty(wrong);
    }

    [Fact]
    public void No_line_is_longer_than_160_characters()
    {
        // 120 columns are the aim; what a formatter would break badly may run a little over.
        var wrong = Repository.Sources().SelectMany(source => source.Text.Split('\n')
            .Select((line, index) => (line.Length, Where: $"{source.Path}:{index + 1}")).Where(line => line.Length > 160));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Types_are_named_for_what_they_are()
    {
        var wrong = Repository.Sources().SelectMany(source => CSharpSyntaxTree
            .ParseText(source.Text, cancellationToken: TestContext.Current.CancellationToken)
            .GetRoot(TestContext.Current.CancellationToken).DescendantNodes().OfType<BaseTypeDeclarationSyntax>()
            .Select(type => type.Identifier.Text)
            .Where(name => BannedEndings.Any(ending => name.EndsWith(ending, StringComparison.Ordinal)) || name.EndsWith("Service", StringComparison.Ordinal)));

        Assert.Empty(wrong);
    }

    [Fact]
    public void Sleeping_and_catching_everything_are_rare_and_explained()
    {
        // The HTTP exception handler, the dispatcher, the runner supervisor, the app host's exception mapping, the CLI.
        var broad = Repository.Sources().Where(source => source.Text.Contains("catch (Exception)", StringComparison.Ordinal)
            || System.Text.RegularExpressions.Regex.IsMatch(source.Text, @"catch \(Exception \w+\)\s*\r?\n")).Select(source => source.Path);

        Assert.InRange(broad.Count(), 0, 6);
    }
}
