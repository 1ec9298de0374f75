using Mono.Cecil;

namespace EdgeKit.Tests.Vendors;

/// <summary>Finds what a shape assembly says about an assembly's public types that is not so, by reading the metadata of both.</summary>
internal static class ShapeComparison
{
    /// <summary>One line for each difference. Types whose namespace does not start with <paramref name="space"/> are left out.</summary>
    internal static IReadOnlyList<string> Differences(ModuleDefinition shapes, ModuleDefinition real, string space)
        => [.. shapes.GetTypes()
            .Where(t => IsVisible(t) && t.FullName.StartsWith(space + ".", StringComparison.Ordinal))
            .SelectMany(shape => real.GetType(shape.FullName) is { } type ? Compare(shape, type) : [$"no type {shape.FullName}"])];

    private static IEnumerable<string> Compare(TypeDefinition shape, TypeDefinition real)
    {
        if (!IsVisible(real)) yield return $"{shape.FullName} is not public";
        if (Kind(shape) != Kind(real)) yield return $"{shape.FullName} is {Kind(real)}, not {Kind(shape)}";

        TypeDefinition[] chain = [.. Chain(real)];
        if (shape.BaseType is { FullName: not "System.Object" } parent && chain.All(t => t.FullName != parent.FullName && t.BaseType?.FullName != parent.FullName))
            yield return $"{shape.FullName} does not derive from {parent.FullName}";
        foreach (InterfaceImplementation promised in shape.Interfaces)
        {
            if (!chain.SelectMany(t => t.Interfaces).Any(i => i.InterfaceType.FullName == promised.InterfaceType.FullName))
                yield return $"{shape.FullName} does not implement {promised.InterfaceType.FullName}";
        }

        HashSet<string> methods = [.. chain.SelectMany(t => t.Methods).Where(m => m.IsPublic).Select(Signature)];
        foreach (MethodDefinition method in shape.Methods.Where(m => m.IsPublic))
        {
            if (!methods.Contains(Signature(method))) yield return $"{shape.FullName} has no {Signature(method)}";
        }
        foreach (FieldDefinition field in shape.Fields.Where(f => f.IsPublic && f.HasConstant))
        {
            object? value = real.Fields.FirstOrDefault(f => f.Name == field.Name)?.Constant;
            if (!Equals(value, field.Constant)) yield return $"{shape.FullName}.{field.Name} is {value ?? "absent"}, not {field.Constant}";
        }
    }

    private static IEnumerable<TypeDefinition> Chain(TypeDefinition type)
    {
        for (TypeDefinition? t = type; t is not null; t = t.BaseType is null ? null : t.Module.GetType(t.BaseType.GetElementType().FullName)) yield return t;
    }

    private static bool IsVisible(TypeDefinition type)
        => type.IsNested ? type.IsNestedPublic && IsVisible(type.DeclaringType) : type.IsPublic;

    private static string Kind(TypeDefinition type)
        => type.IsInterface ? "an interface" : type.IsEnum ? "an enum" : type.IsValueType ? "a struct" : type.BaseType?.FullName == "System.MulticastDelegate" ? "a delegate" : "a class";

    private static string Signature(MethodDefinition method)
    {
        IEnumerable<string> parameters = method.Parameters.Select(p => p.ParameterType.FullName + (p.HasConstant ? $" = {p.Constant}" : ""));
        string arity = method.HasGenericParameters ? $"<{method.GenericParameters.Count}>" : "";
        return $"{(method.IsStatic ? "static " : "")}{method.ReturnType.FullName} {method.Name}{arity}({string.Join(", ", parameters)})";
    }
}
