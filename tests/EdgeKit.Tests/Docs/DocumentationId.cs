using System.Reflection;
using System.Text;

namespace EdgeKit.Tests.Docs;

/// <summary>The names that the compiler's documentation files give to types and members (C# language specification, annex D.4.2).</summary>
internal static class DocumentationId
{
    public static string Of(MemberInfo member) => member switch
    {
        Type type => $"T:{Name(type)}",
        ConstructorInfo c => $"M:{Name(c.DeclaringType!)}.#ctor{Parameters(c)}",
        MethodInfo m => $"M:{Name(m.DeclaringType!)}.{m.Name}{(m.IsGenericMethodDefinition ? $"``{m.GetGenericArguments().Length}" : "")}{Parameters(m)}{Result(m)}",
        PropertyInfo p => $"P:{Name(p.DeclaringType!)}.{p.Name}{Parameters(p.GetIndexParameters())}",
        FieldInfo f => $"F:{Name(f.DeclaringType!)}.{f.Name}",
        EventInfo e => $"E:{Name(e.DeclaringType!)}.{e.Name}",
        _ => throw new ArgumentException($"{member} has no documentation", nameof(member)),
    };

    private static string Name(Type type) => type.FullName!.Replace('+', '.');

    private static string Result(MethodInfo m) => m.Name is "op_Implicit" or "op_Explicit" ? $"~{Reference(m.ReturnType)}" : "";

    private static string Parameters(MethodBase method) => Parameters(method.GetParameters());

    private static string Parameters(ParameterInfo[] parameters) => parameters.Length == 0 ? "" : $"({string.Join(',', parameters.Select(static p => Reference(p.ParameterType)))})";

    private static string Reference(Type type)
    {
        if (type.IsByRef) return Reference(type.GetElementType()!) + "@";
        if (type.IsPointer) return Reference(type.GetElementType()!) + "*";
        if (type.IsArray) return Reference(type.GetElementType()!) + (type.GetArrayRank() == 1 ? "[]" : $"[{string.Join(',', Enumerable.Repeat("0:", type.GetArrayRank()))}]");
        if (type.IsGenericParameter) return $"{(type.DeclaringMethod is null ? "`" : "``")}{type.GenericParameterPosition}";
        if (!type.IsGenericType) return Name(type);
        var text = new StringBuilder(Name(type.GetGenericTypeDefinition()));
        text.Length = text.ToString().LastIndexOf('`');
        return text.Append('{').AppendJoin(',', type.GetGenericArguments().Select(Reference)).Append('}').ToString();
    }
}
