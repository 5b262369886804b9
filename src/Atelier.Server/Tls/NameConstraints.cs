using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Atelier.Server.Tls;

/// <summary>
/// What a certificate authority may sign for (RFC 5280, 4.2.1.10), marked critical: whoever holds our CA's key can pose
/// as fal's hosts to a client that trusts this CA, and as nobody else's.
/// </summary>
static class NameConstraints
{
    const string Oid = "2.5.29.30";

    // GeneralName (RFC 5280, 4.2.1.6).
    static readonly Asn1Tag DnsName = new(TagClass.ContextSpecific, 2);
    static readonly Asn1Tag IpAddress = new(TagClass.ContextSpecific, 7);

    static readonly Asn1Tag Permitted = new(TagClass.ContextSpecific, 0);
    static readonly Asn1Tag Excluded = new(TagClass.ContextSpecific, 1);

    /// <param name="permitted">Names, each with everything below it.</param>
    /// <param name="excluded">Names below those that stay forbidden.</param>
    /// <param name="networks">Addresses that are permitted besides.</param>
    public static X509Extension Create(
        IEnumerable<string> permitted, IEnumerable<string> excluded, IEnumerable<IPNetwork> networks)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(Permitted))
            {
                WriteNames(writer, permitted);
                foreach (var network in networks)
                {
                    using (writer.PushSequence())
                    {
                        writer.WriteOctetString([.. network.BaseAddress.GetAddressBytes(), .. Mask(network)], IpAddress);
                    }
                }
            }

            using (writer.PushSequence(Excluded))
            {
                WriteNames(writer, excluded);
            }
        }

        return new(Oid, writer.Encode(), critical: true);
    }

    static void WriteNames(AsnWriter writer, IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            using (writer.PushSequence())
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, DnsName);
            }
        }
    }

    static byte[] Mask(IPNetwork network)
    {
        var mask = new byte[network.BaseAddress.GetAddressBytes().Length];
        for (var bit = 0; bit < network.PrefixLength; bit++)
        {
            mask[bit / 8] |= (byte)(0x80 >> (bit % 8));
        }

        return mask;
    }
}
