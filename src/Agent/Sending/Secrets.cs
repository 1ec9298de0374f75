using EdgeKit.Imaging;

namespace EdgeKit.Agent.Sending;

/// <summary>Secrets in files: on a command line others of the machine would see them.</summary>
internal static class Secrets
{
    private const int Longest = 4096;

    /// <summary>The one line of a file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="what">What messages call it.</param>
    /// <exception cref="UsageException">It is empty, too long, or not one line of visible ASCII characters.</exception>
    /// <exception cref="ImageException">The file cannot be read.</exception>
    public static string Read(string file, string what)
    {
        string secret = InputFile.ReadText(file).Trim();
        if (secret.Length is > 0 and <= Longest && secret.AsSpan().IndexOfAnyExceptInRange('!', '~') < 0) return secret;
        throw new UsageException($"{file}: {what} is one line of 1 to {Longest} letters, digits and signs without blanks");
    }
}
