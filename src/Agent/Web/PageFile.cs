using System.Security.Cryptography;
using System.Text;

namespace EdgeKit.Agent.Web;

/// <summary>The page, one file with its style and its script, and the policy that lets a browser run just these.</summary>
internal sealed class PageFile
{
    /// <summary>Reads it out of the program.</summary>
    public PageFile()
    {
        using Stream stream = typeof(PageFile).Assembly.GetManifestResourceStream("page.html")!;
        using var reader = new StreamReader(stream);
        string text = reader.ReadToEnd();
        Content = Encoding.UTF8.GetBytes(text);
        Policy = $"default-src 'none'; img-src 'self' data:; connect-src 'self'; style-src {HashOf(text, "style")}; script-src {HashOf(text, "script")}; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    /// <summary>The page.</summary>
    public ReadOnlyMemory<byte> Content { get; }

    /// <summary>Its Content-Security-Policy.</summary>
    public string Policy { get; }

    private static string HashOf(string text, string element)
    {
        int from = text.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2, to = text.IndexOf($"</{element}>", StringComparison.Ordinal);
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text[from..to])))}'";
    }
}
