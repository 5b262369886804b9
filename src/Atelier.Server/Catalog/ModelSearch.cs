namespace Atelier.Server.Catalog;

/// <summary>Finds models by what a query asks for, and puts those first that fit its words best.</summary>
sealed class ModelSearch(ModelList models, Availability availability)
{
    // What a word is worth, by where it stands. A name says more than a description, a whole word more than a part.
    const int WholeInName = 50;
    const int StartOfName = 30;
    const int PartOfName = 15;
    const int Tag = 20;
    const int Category = 10;
    const int WholeInText = 8;
    const int PartOfText = 4;

    /// <summary>All that a query means: in the list's order, or the best first when it has words.</summary>
    public IReadOnlyList<CatalogModel> Find(ModelQuery query)
    {
        if (query.Ids.Count > 0)
        {
            return [.. models.All.Where(model => query.Ids.Contains(model.Id) && Fits(model, query) && Score(model, query.Words) > 0)];
        }

        var found = models.All.Where(model => !model.IsDiagnostic && model.IsDeprecated == query.Deprecated && Fits(model, query));
        return query.Words.Count is 0
            ? [.. found]
            : [.. found.Select(model => (Model: model, Score: Score(model, query.Words))).Where(pair => pair.Score > 0)
                .OrderByDescending(pair => pair.Score).Select(pair => pair.Model)];
    }

    bool Fits(CatalogModel model, ModelQuery query) =>
        (query.Category is null || model.IsIn(query.Category)) &&
        (query.Availability.Count is 0 || query.Availability.Contains(availability.Of(model)));

    /// <summary>How well a model fits; 0 when it lacks one of the words.</summary>
    public static int Score(CatalogModel model, IReadOnlyList<string> words)
    {
        // Of two models that fit alike, the one with the shorter id is the one that the words name.
        var sum = Math.Max(0, 20 - model.Id.Count(c => c is '/' or '-')) + 1;
        foreach (var word in words)
        {
            var score = Math.Max(Name(model.Id, word), Name(model.Title, word)) + Rest(model, word);
            if (score is 0)
            {
                return 0;
            }

            sum += score * 10;
        }

        return sum;
    }

    static int Name(string name, string word)
    {
        var best = 0;
        for (var at = Next(name, word, 0); at >= 0; at = Next(name, word, at + 1))
        {
            var starts = at is 0 || !char.IsLetterOrDigit(name[at - 1]);
            var ends = at + word.Length == name.Length || !char.IsLetterOrDigit(name[at + word.Length]);
            best = Math.Max(best, starts ? (ends ? WholeInName : StartOfName) : PartOfName);
        }

        return best;
    }

    static int Rest(CatalogModel model, string word) =>
        (model.Tags.Any(tag => tag.Contains(word, StringComparison.OrdinalIgnoreCase)) ? Tag : 0) +
        (model.Category.Contains(word, StringComparison.OrdinalIgnoreCase) ? Category : 0) +
        Name(model.Description, word) switch
        {
            0 => 0,
            WholeInName => WholeInText,
            _ => PartOfText,
        };

    static int Next(string text, string word, int from) =>
        from >= text.Length ? -1 : text.IndexOf(word, from, StringComparison.OrdinalIgnoreCase);
}
