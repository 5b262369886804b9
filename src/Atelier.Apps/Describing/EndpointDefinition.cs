using System.Reflection;
using Atelier.Protocol.Apps;
using Atelier.Protocol.Schemas;

namespace Atelier.Apps.Describing;

/// <summary>A method marked <see cref="EndpointAttribute"/>, read and checked.</summary>
sealed record EndpointDefinition(
    EndpointManifest Manifest, MethodInfo Method, EndpointInvoker Invoker, InputValidator Validator)
{
    public static EndpointDefinition Read(App app, string appId, MethodInfo method, EndpointAttribute attribute)
    {
        var name = $"{method.DeclaringType!.Name}.{method.Name}";
        if (!AppDefinition.IsPath(attribute.Path))
        {
            throw new AppDefinitionException($"{name}: \"{attribute.Path}\" is not a path; write \"/\" or \"/name\".");
        }

        if (attribute.Path is "/health" || attribute.Path.EndsWith("/cancel", StringComparison.Ordinal))
        {
            throw new AppDefinitionException(
                $"{name}: {attribute.Path} is a route of every runner; choose another path.");
        }

        var parameters = method.GetParameters().Select(parameter => parameter.ParameterType).ToArray();
        if (method.IsGenericMethod || parameters is not [var input, var call, var token]
            || call != typeof(Call) || token != typeof(CancellationToken))
        {
            throw new AppDefinitionException(
                $"{name}: an endpoint is a method (TIn input, Call call, CancellationToken cancellationToken), "
                + $"not ({string.Join(", ", parameters.Select(type => type.Name))}).");
        }

        var invoker = EndpointInvoker.Create(app, method, input)
            ?? throw new AppDefinitionException(
                $"{name}: an endpoint returns an output record, a Task of one, or an IAsyncEnumerable of them, "
                + $"not {method.ReturnType.Name}.");
        var inputSchema = SchemaGenerator.Generate(input, isInput: true);
        return new(
            new()
            {
                Id = attribute.Id ?? (attribute.Path is "/" ? appId : appId + attribute.Path),
                Path = attribute.Path,
                Title = attribute.Title ?? SchemaGenerator.Title(method.DeclaringType.Name),
                Category = attribute.Category,
                Description = attribute.Description ?? "",
                Fidelity = attribute.Fidelity is "exact" or "like" or "own"
                    ? attribute.Fidelity
                    : throw new AppDefinitionException(
                        $"{name}: the fidelity is exact, like or own, not {attribute.Fidelity}."),
                Model = attribute.Model,
                Card = attribute.Card is { } card ? ReadCard(method.DeclaringType.Assembly, card, name) : null,
                Diagnostic = attribute.Diagnostic,
                Streams = invoker.IsStream,
                Input = inputSchema,
                Output = SchemaGenerator.Generate(invoker.OutputType, isInput: false),
            },
            method,
            invoker,
            InputValidator.Compile(inputSchema));
    }

    static string ReadCard(Assembly assembly, string ending, string name)
    {
        var matches = assembly.GetManifestResourceNames()
            .Where(resource => resource.EndsWith(ending, StringComparison.Ordinal))
            .ToList();
        if (matches is not [var resource])
        {
            throw new AppDefinitionException(
                $"{name}: {matches.Count} embedded resources end with \"{ending}\"; one is needed.");
        }

        using StreamReader reader = new(assembly.GetManifestResourceStream(resource)!);
        return reader.ReadToEnd();
    }
}
