using Atelier.Apps;

namespace Atelier.WireApps;

/// <summary>What the recorded clients send over a realtime connection.</summary>
public sealed record LiveInput
{
    public string? Prompt { get; init; }

    public string? RequestId { get; init; }

    /// <summary>The session ends after the answer.</summary>
    public bool Bye { get; init; }

    /// <summary>The app fails.</summary>
    public bool Fail { get; init; }
}

/// <summary>The recorded answer: a picture in the frame itself.</summary>
public sealed record LiveOutput(IReadOnlyList<LivePicture> Images, int Seed, string? RequestId)
{
    public static LiveOutput Of(LiveInput input, Call call)
    {
        if (input.Fail)
        {
            throw new AppException("boom", 500);
        }

        if (input.Bye)
        {
            call.EndSession = true;
        }

        return new([new([1, 2, 3], "image/jpeg")], 7, input.RequestId);
    }
}

/// <summary>A picture's bytes.</summary>
public sealed record LivePicture(byte[] Content, string ContentType);
