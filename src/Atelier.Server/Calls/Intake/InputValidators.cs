using System.Collections.Concurrent;
using Atelier.Protocol;
using Atelier.Protocol.Apps;
using Atelier.Protocol.Schemas;

namespace Atelier.Server.Calls;

/// <summary>The validators of this server's endpoints, each compiled from its schema at its first request.</summary>
sealed class InputValidators
{
    // One entry an endpoint; endpoints are fixed at start, so it never grows past the catalogue.
    readonly ConcurrentDictionary<EndpointManifest, InputValidator> _compiled = new(ReferenceEqualityComparer.Instance);

    /// <summary>What is wrong with an input; empty when nothing is.</summary>
    public IReadOnlyList<ValidationDetail> Check(EndpointManifest endpoint, ReadOnlyMemory<byte> input) =>
        _compiled.GetOrAdd(endpoint, static endpoint => InputValidator.Compile(endpoint.Input)).Validate(input);
}
