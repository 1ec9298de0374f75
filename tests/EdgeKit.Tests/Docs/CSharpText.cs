using System.Globalization;
using System.Reflection;

namespace EdgeKit.Tests.Docs;

/// <summary>Types and members as C# declares them.</summary>
internal static class CSharpText
{
    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(char)] = "char",
        [typeof(nint)] = "nint",
    };

    /// <summary>What kind of type it is.</summary>
    public static string Kind(Type type) =>
        type.IsEnum ? "enum" : type.IsInterface ? "interface" : typeof(Delegate).IsAssignableFrom(type) ? "delegate" : type.IsValueType ? "struct" : type.IsAbstract && type.IsSealed ? "static class" : "class";

    /// <summary>A type's name within its namespace.</summary>
    public static string TypeName(Type type)
    {
        if (Keywords.TryGetValue(type, out string? keyword)) return keyword;
        if (type.IsByRef) return TypeName(type.GetElementType()!);
        if (type.IsPointer) return TypeName(type.GetElementType()!) + "*";
        if (type.IsArray) return $"{TypeName(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (Nullable.GetUnderlyingType(type) is { } inner) return TypeName(inner) + "?";
        string name = type.IsNested && !type.IsGenericParameter ? $"{TypeName(type.DeclaringType!)}.{type.Name}" : type.Name;
        if (!type.IsGenericType) return name;
        Type[] arguments = type.GetGenericArguments();
        if (type.FullName?.StartsWith("System.ValueTuple`", StringComparison.Ordinal) == true) return $"({string.Join(", ", arguments.Select(TypeName))})";
        int tick = name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? name : $"{name[..tick]}<{string.Join(", ", arguments.Select(TypeName))}>";
    }

    /// <summary>A member's declaration without its modifiers.</summary>
    public static string Declaration(MemberInfo member) => member switch
    {
        ConstructorInfo c => $"new {TypeName(c.DeclaringType!)}({Parameters(c.GetParameters())})",
        MethodInfo m => $"{Static(m.IsStatic)}{Result(m)} {MethodName(m)}({Parameters(m.GetParameters())})",
        PropertyInfo p => $"{Static(p.GetMethod?.IsStatic ?? false)}{TypeName(p.PropertyType)}{Mark(Nullability.Create(p).ReadState, p.PropertyType)} {PropertyName(p)} {{ {Accessors(p)} }}",
        FieldInfo { IsLiteral: true } f when !f.DeclaringType!.IsEnum => string.Create(CultureInfo.InvariantCulture, $"const {TypeName(f.FieldType)} {f.Name} = {Literal(f.GetRawConstantValue())}"),
        FieldInfo { IsLiteral: true } f => string.Create(CultureInfo.InvariantCulture, $"{f.Name} = {f.GetRawConstantValue()}"),
        FieldInfo f => $"{Static(f.IsStatic)}{TypeName(f.FieldType)} {f.Name}",
        EventInfo e => $"event {TypeName(e.EventHandlerType!)} {e.Name}",
        _ => member.Name,
    };

    private static string Static(bool isStatic) => isStatic ? "static " : "";

    private static string Result(MethodInfo m) => TypeName(m.ReturnType) + Mark(Nullability.Create(m.ReturnParameter).ReadState, m.ReturnType);

    private static string MethodName(MethodInfo m) => m.IsGenericMethodDefinition ? $"{m.Name}<{string.Join(", ", m.GetGenericArguments().Select(static t => t.Name))}>" : m.Name;

    private static string PropertyName(PropertyInfo p) => p.GetIndexParameters() is { Length: > 0 } index ? $"this[{Parameters(index)}]" : p.Name;

    private static string Accessors(PropertyInfo p)
    {
        bool isInit = p.SetMethod?.ReturnParameter.GetRequiredCustomModifiers().Any(static t => t.Name == "IsExternalInit") ?? false;
        return (p.GetMethod is { IsPublic: true } ? "get; " : "") + (p.SetMethod is { IsPublic: true } ? isInit ? "init; " : "set; " : "") is { Length: > 0 } both ? both.TrimEnd() : "";
    }

    private static string Parameters(ParameterInfo[] parameters) => string.Join(", ", parameters.Select(static p =>
        $"{(p.IsOut ? "out " : p.ParameterType.IsByRef ? "ref " : "")}{TypeName(p.ParameterType)}{Mark(Nullability.Create(p).ReadState, p.ParameterType)} {p.Name}{(p.HasDefaultValue ? $" = {Literal(p.RawDefaultValue)}" : "")}"));

    private static string Mark(NullabilityState state, Type type) => state == NullabilityState.Nullable && Nullable.GetUnderlyingType(type) is null && !type.IsGenericParameter ? "?" : "";

    private static string Literal(object? value) => value switch
    {
        null => "null",
        string s => $"\"{s}\"",
        bool b => b ? "true" : "false",
        float.PositiveInfinity or double.PositiveInfinity => "∞",
        IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
        _ => "default",
    };
}
