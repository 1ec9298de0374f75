using System.Security.Cryptography.X509Certificates;

namespace EdgeKit.Agent.Sending;

/// <summary>Where results are posted to.</summary>
/// <param name="Address">The address.</param>
/// <param name="Token">What is sent as <c>Authorization: Bearer</c>; null for nothing.</param>
/// <param name="Roots">The authorities that are trusted; null for the machine's.</param>
internal sealed record WebhookOptions(Uri Address, string? Token, X509Certificate2Collection? Roots = null)
{
    /// <summary>The option that names the authorities.</summary>
    public const string Authority = "--webhook-ca";

    /// <summary>The address as messages may have it: a query may hold a secret.</summary>
    public string ShownAddress => Address.GetLeftPart(UriPartial.Path);

    /// <summary>Reads the options.</summary>
    /// <exception cref="UsageException">One is wrong.</exception>
    public static WebhookOptions Of(string url, Arguments arguments)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps) || address.Fragment.Length > 0)
            throw new UsageException("--webhook takes an address such as https://server.example/boards");
        if (address.UserInfo.Length > 0) throw new UsageException("--webhook takes no user in its address, which others of this machine can see; put a token into a file for --webhook-token-file");
        string? authority = arguments.Text(Authority);
        if (authority is not null && address.Scheme != Uri.UriSchemeHttps) throw new UsageException($"{Authority} goes with an address of https://");
        return new WebhookOptions(address, arguments.Text("--webhook-token-file") is { } file ? Secrets.Read(file, "a token") : null, authority is null ? null : TrustedRoots.Read(authority));
    }
}
