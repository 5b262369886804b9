namespace Atelier.Tests.Fuzz;

/// <summary>A reader did not throw, but what it answered cannot be right.</summary>
sealed class RuleBrokenException(string rule) : Exception(rule);
