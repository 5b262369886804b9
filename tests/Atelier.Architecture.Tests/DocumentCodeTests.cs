using System.Reflection;
using System.Text.RegularExpressions;
using Atelier.Apps;
using Atelier.Client;
using Atelier.Proxy;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Atelier.Tests.Architecture;

/// <summary>C# in documents compiles against the product, as a new project with implicit usings would.</summary>
public sealed partial class DocumentCodeTests
{
    const string ImplicitUsings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Net.Http;
        global using System.Threading;
        global using System.Threading.Tasks;
        """;

    static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp14);

    // The framework and, because this project refers to them, the libraries that documents write about.
    static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Append(typeof(App).Assembly.Location).Append(typeof(FalClient).Assembly.Location)
            .Append(typeof(FalProxyRoute).Assembly.Location)
            .DistinctBy(Path.GetFileName)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static TheoryData<string, int> Blocks() => [.. Documents().SelectMany(
        document => Enumerable.Range(0, Code(document).Length).Select(index => (document, index)))];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void A_block_compiles(string document, int index) => Assert.NotEmpty(Compile(Code(document)[index]));

    [Fact]
    public void The_sample_app_describes_itself()
    {
        var program = Assembly.Load(Compile(Code("docs/architecture/03-apps-and-runners.md").Single()));

        var manifest = Assert.Single(AppHost.Describe([program]));
        Assert.Equal(["me/shout"], manifest.Endpoints.Select(endpoint => endpoint.Id));
    }

    static byte[] Compile(string code)
    {
        var tree = CSharpSyntaxTree.ParseText(code, Language);
        var isProgram = tree.GetCompilationUnitRoot().Members.OfType<GlobalStatementSyntax>().Any();
        var compilation = CSharpCompilation.Create(
            $"Document{Guid.CreateVersion7():N}",
            [tree, CSharpSyntaxTree.ParseText(ImplicitUsings, Language)],
            References,
            new(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        using var assembly = new MemoryStream();
        var problems = compilation.Emit(assembly, cancellationToken: TestContext.Current.CancellationToken).Diagnostics
            .Where(problem => problem.Severity >= DiagnosticSeverity.Warning);
        Assert.Empty(problems);
        return assembly.ToArray();
    }

    static IEnumerable<string> Documents() =>
        Directory.EnumerateFiles(Repository.Root, "*.md").Select(path => Path.GetFileName(path)).Concat(Repository.Files("docs", "*.md"));

    static string[] Code(string document) =>
        [.. Block().Matches(File.ReadAllText(Path.Combine(Repository.Root, document))).Select(block => block.Groups[1].Value)];

    [GeneratedRegex("^```csharp\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Block();
}
