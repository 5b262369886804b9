using System.Net;
using Atelier.Server.Outbound;

namespace Atelier.Tests.Fuzz.Targets;

/// <summary>Addresses that callers want called: none of them may name this machine or its neighbours.</summary>
static class AddressTargets
{
    static readonly CallbackTargets Targets = new(new AddressGuard([]));

    static readonly byte[][] Seeds = FuzzTarget.Texts(
        "https://example.com/hook?a=b", "http://127.0.0.1:8080/", "http://[::1]/", "http://0x7f.1/x", "http://localhost/", "https://user:pass@example.com/",
        "http://[::ffff:10.0.0.1]/", "http://169.254.169.254/latest", "https://münchen.example/ü");

    public static readonly FuzzTarget[] All =
        [new("callback", Seeds, FuzzTarget.Texts("127.0.0.1", "[::]", "@", "%31", "0177.0.0.1", "localhost", "https://", "#", "\\", "2130706433"), Try)];

    static void Try(byte[] input)
    {
        var (target, refused) = Targets.Check("fal_webhook", FuzzTarget.Text(input));
        FuzzTarget.Rule((target is null) != (refused is null), "an address is taken or refused");
        if (target is not null && IPAddress.TryParse(target.IdnHost, out var address))
        {
            FuzzTarget.Rule(PublicAddress.IsPublic(address), "no private address is taken");
        }
    }
}
