using System.Security.Cryptography;

namespace EdgeKit.Devices.Slots;

/// <summary>
/// The public key that models must be signed with: ECDSA on P-256 over the SHA-256 of the file, as <c>openssl dgst -sha256 -sign</c> writes it. Where a key file is there, it holds: one
/// that cannot be read is an error, not a reason to do without.
/// </summary>
internal sealed class ModelKey : IDisposable
{
    private const int Bits = 256;

    private readonly ECDsa _key;
    private readonly string _path;

    private ModelKey(ECDsa key, string path) => (_key, _path) = (key, path);

    /// <summary>The first of the key files that is there; null where none is.</summary>
    /// <exception cref="SlotException">It cannot be read or is no such key.</exception>
    public static ModelKey? Find(IReadOnlyList<string> paths)
    {
        foreach (string path in paths)
        {
            if (Path.Exists(path)) return Load(path);
        }
        return null;
    }

    /// <summary>What is wrong with a model's signature; null where nothing is.</summary>
    public string? ProblemOf(string model, string signature)
    {
        if (!File.Exists(signature)) return $"is not signed, and {_path} asks for it";
        using FileStream content = File.OpenRead(model);
        return _key.VerifyData(content, File.ReadAllBytes(signature), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)
            ? null : $"is not signed with the key of {_path}";
    }

    public void Dispose() => _key.Dispose();

    private static ModelKey Load(string path)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
            if (key.KeySize == Bits) return new ModelKey(key, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            key.Dispose();
            throw new SlotException($"{path}: no public key of ECDSA P-256 in PEM: {e.Message}", e);
        }
        int bits = key.KeySize;
        key.Dispose();
        throw new SlotException($"{path}: a key of {bits} bits; one of ECDSA P-256 is needed");
    }
}
