using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EdgeKit.Agent.Sending;

/// <summary>The authorities whose certificates a server may show, where they are not the machine's own: a private one, or a server's certificate that it signed itself.</summary>
internal static class TrustedRoots
{
    /// <summary>The certificates of a file.</summary>
    /// <param name="file">The file, PEM.</param>
    /// <exception cref="UsageException">There is none in it, or one is malformed.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static X509Certificate2Collection Read(string file)
    {
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (CryptographicException e)
        {
            throw new UsageException($"{file}: holds a certificate that cannot be read: {e.Message}");
        }
        return roots.Count > 0 ? roots : throw new UsageException($"{file}: holds no certificate; one begins with -----BEGIN CERTIFICATE-----");
    }

    /// <summary>What is wrong with a connection, with the way out where it is the certificate.</summary>
    /// <param name="failure">Why there is no connection.</param>
    /// <param name="option">The option that names the authorities.</param>
    public static string Explain(Exception failure, string option)
    {
        for (Exception? e = failure; e is not null; e = e.InnerException)
        {
            if (e is AuthenticationException) return $"its certificate is not taken: {e.Message}; {option} FILE names the authority that signed it, and the name must be the address's";
        }
        return (failure.InnerException ?? failure).Message;
    }
}
