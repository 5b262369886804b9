namespace Atelier.Queue;

/// <summary>Order of claiming. Values are on disk: append only.</summary>
public enum JobPriority
{
    Normal = 0,
    Low = 1,
}
