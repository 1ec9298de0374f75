using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EdgeKit.Tests.Docs;

/// <summary>The public interface of an assembly as a page: every type and member with the first paragraph of its documentation.</summary>
internal static partial class ApiPage
{
    private const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>What records and every object have.</summary>
    private static readonly HashSet<string> Commonplace = ["Equals", "GetHashCode", "ToString", "Deconstruct", "<Clone>$", "op_Equality", "op_Inequality", "PrintMembers", "EqualityContract"];

    /// <summary>Writes the page of an assembly, whose documentation file lies beside it.</summary>
    public static string Of(Assembly assembly)
    {
        Dictionary<string, string> summaries = Summaries(Path.ChangeExtension(assembly.Location, ".xml"));
        var page = new StringBuilder($"# {assembly.GetName().Name}\n\nThe public interface, written by a test (`EDGEKIT_WRITE_API=1`) and held to it.\n");
        foreach (IGrouping<string?, Type> space in Types(assembly).GroupBy(static t => t.Namespace).OrderBy(static g => g.Key, StringComparer.Ordinal))
        {
            page.Append($"\n## {space.Key}\n");
            foreach (Type type in space.OrderBy(CSharpText.TypeName, StringComparer.Ordinal)) Append(page, type, summaries);
        }
        return page.ToString();
    }

    /// <summary>The types that somebody wrote; a compiler makes those of fixed buffers.</summary>
    public static IEnumerable<Type> Types(Assembly assembly) => assembly.GetExportedTypes().Where(static t => !t.Name.StartsWith('<'));

    private static void Append(StringBuilder page, Type type, Dictionary<string, string> summaries)
    {
        page.Append($"\n### {CSharpText.Kind(type)} {CSharpText.TypeName(type).Replace("<", "\\<", StringComparison.Ordinal)}\n\n");
        if (summaries.TryGetValue(DocumentationId.Of(type), out string? summary)) page.Append($"{summary}\n\n");
        foreach (MemberInfo member in Members(type))
        {
            page.Append($"- `{CSharpText.Declaration(member)}`");
            if (summaries.TryGetValue(DocumentationId.Of(member), out string? text)) page.Append($": {text}");
            page.Append('\n');
        }
    }

    private static IEnumerable<MemberInfo> Members(Type type)
    {
        if (typeof(Delegate).IsAssignableFrom(type)) return [];
        return type.GetMembers(Public)
            .Where(m => m is not Type && !Commonplace.Contains(m.Name) && m is not MethodInfo { IsSpecialName: true } && m.Name != "value__" && !(m is MethodInfo && m.GetCustomAttribute<CompilerGeneratedAttribute>() is not null))
            .OrderBy(m => type.IsEnum ? Convert.ToInt64(((FieldInfo)m).GetRawConstantValue(), System.Globalization.CultureInfo.InvariantCulture) : m is ConstructorInfo ? 0 : m is FieldInfo ? 1 : m is PropertyInfo ? 2 : 3)
            .ThenBy(CSharpText.Declaration, StringComparer.Ordinal);
    }

    private static Dictionary<string, string> Summaries(string path) => XDocument.Load(path).Descendants("member")
        .Where(static m => m.Element("summary") is not null)
        .ToDictionary(static m => (string)m.Attribute("name")!, static m => Text(m.Element("summary")!), StringComparer.Ordinal);

    /// <summary>Documentation as plain text; references by their last names.</summary>
    private static string Text(XElement element)
    {
        var text = new StringBuilder();
        foreach (XNode node in element.Nodes())
        {
            if (node is XText words) text.Append(words.Value.Replace("<", "&lt;", StringComparison.Ordinal));
            if (node is not XElement inner) continue;
            string? reference = (string?)inner.Attribute("cref") ?? (string?)inner.Attribute("langword") ?? (string?)inner.Attribute("name");
            text.Append('`').Append(reference is null ? inner.Value : LastName().Match(reference).Value).Append('`');
        }
        return Blanks().Replace(text.ToString(), " ").Trim();
    }

    [GeneratedRegex(@"[^.:]+?(?=(\(.*)?$)")]
    private static partial Regex LastName();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
