namespace Atelier.Server.Catalog;

/// <summary>What is known of fal's price of an endpoint; what is not known is null. Never what a call costs here.</summary>
/// <param name="UnitPrice">An amount in <paramref name="Currency"/> for one unit.</param>
/// <param name="Unit">What is counted: <c>megapixel</c>, <c>image</c>.</param>
/// <param name="Currency">Three letters.</param>
/// <param name="Tier">A word in place of an amount: <c>premium</c>.</param>
/// <param name="Rules">What makes a call dearer or cheaper, in words.</param>
sealed record FalPrice(
    decimal? UnitPrice = null, string? Unit = null, string? Currency = null, string? Tier = null, IReadOnlyList<string>? Rules = null);
