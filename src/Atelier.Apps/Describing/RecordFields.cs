using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Atelier.Apps.Describing;

/// <summary>The properties of a record in the order they are written, with the values that a new one has.</summary>
sealed class RecordFields
{
    readonly Type _type;
    readonly ConstructorInfo? _constructor;
    readonly object? _instance;

    public RecordFields(Type type)
    {
        _type = type;
        Properties = [.. type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(property => property.GetIndexParameters().Length == 0
                && property.GetCustomAttribute<JsonIgnoreAttribute>() is not { Condition: JsonIgnoreCondition.Always })
            .OrderBy(property => property.MetadataToken)];
        _constructor = type.GetConstructors().MinBy(constructor => constructor.GetParameters().Length);

        // `required` is the compiler's rule and does not hold here: what was not set has its initialiser's value.
        _instance = _constructor?.Invoke([.. _constructor.GetParameters().Select(parameter =>
            parameter.HasDefaultValue ? parameter.DefaultValue : Zero(parameter.ParameterType))]);
    }

    public IReadOnlyList<PropertyInfo> Properties { get; }

    /// <summary>The value that the property has when the caller leaves it out.</summary>
    public object? Initial(PropertyInfo property) => Parameter(property) is { HasDefaultValue: true } parameter
        ? parameter.DefaultValue
        : IsRequired(property) || _instance is null ? null
        : property.GetValue(_instance) is var value and not JsonElement { ValueKind: JsonValueKind.Undefined } ? value
        : null;

    public bool IsRequired(PropertyInfo property) =>
        property.GetCustomAttribute<RequiredMemberAttribute>() is not null
        || Parameter(property) is { HasDefaultValue: false };

    ParameterInfo? Parameter(PropertyInfo property) => _constructor?.GetParameters()
        .FirstOrDefault(parameter => string.Equals(parameter.Name, property.Name, StringComparison.OrdinalIgnoreCase));

    static object? Zero(Type type) => type.IsValueType ? RuntimeHelpers.GetUninitializedObject(type) : null;

    public override string ToString() => _type.Name;
}
