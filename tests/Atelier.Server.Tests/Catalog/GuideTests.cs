using System.Text;
using System.Text.Json.Nodes;
using Atelier.Server.Catalog;
using Atelier.Tests.Server.Support;

namespace Atelier.Tests.Server.Catalog;

/// <summary>Advice is one file, from which the route answers and the page is made.</summary>
public sealed class GuideTests
{
    /// <summary>Set it to write the page anew instead of comparing it.</summary>
    const string UpdateVariable = "UPDATE_GUIDE_PAGE";

    static readonly string Page = Path.Combine(Repository.Root, "docs", "choosing-a-model.md");

    [Fact]
    public async Task Each_recommendation_says_whether_it_runs_here()
    {
        await using var host = await WireHost.StartAsync(dispatch: false);

        var answer = await host.SendAsync("GET", "/api.fal.ai/v1/guides");

        Assert.Equal(
            (200, """{"guides":[{"name":"images","title":"Images","choices":[{"need":"Best","why":"It is.","models":[{"endpoint_id":"far/flux/dev","availability":"upstream"},{"endpoint_id":"acme/paint","availability":"local"}]}]}],"practices":[{"rule":"Set a seed","text":"Keep it."}]}"""),
            (answer.Status, answer.Body));
    }

    [Fact]
    public void The_page_is_made_from_the_file()
    {
        var page = Create(JsonNode.Parse(CatalogFolder.BesideProgram().Read("guides.json"))!);
        if (Environment.GetEnvironmentVariable(UpdateVariable) is not null)
        {
            File.WriteAllText(Page, page);
        }

        Assert.Equal(page, File.ReadAllText(Page).ReplaceLineEndings("\n"));
    }

    static string Create(JsonNode file)
    {
        var page = new StringBuilder($"""
            # Choosing a model

            <!-- Made from catalog/guides.json: {UpdateVariable}=1, then the test class GuideTests. -->

            Which model for which need. Most of these are fal's; `atelier models list` says which of them run here, and
            `GET /v1/guides` answers this page as JSON, with the availability of each model on that server.

            """).AppendLine();
        foreach (var guide in file["guides"]!.AsArray())
        {
            page.AppendLine($"## {guide!["title"]}").AppendLine().AppendLine("| need | model | why |").AppendLine("|---|---|---|");
            foreach (var choice in guide["choices"]!.AsArray())
            {
                var models = string.Join(", ", choice!["models"]!.AsArray().Select(id => $"`{id}`"));
                page.AppendLine($"| {choice["need"]} | {models} | {choice["why"]} |");
            }

            page.AppendLine();
        }

        page.AppendLine("## Good practice").AppendLine();
        foreach (var practice in file["practices"]!.AsArray())
        {
            page.AppendLine($"- **{practice!["rule"]}.** {practice["text"]}");
        }

        return page.ToString();
    }
}
