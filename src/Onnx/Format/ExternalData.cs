using System.Globalization;

namespace EdgeKit.Onnx.Format;

/// <summary>Tensor data in a file beside the model. A model must not be able to read files elsewhere: only plain paths below the model's folder are opened.</summary>
internal static class ExternalData
{
    /// <summary>Reads the <paramref name="size"/> bytes of a tensor whose data location is external.</summary>
    /// <exception cref="ModelException">The location is missing, leads out of the model's folder, or does not hold the data.</exception>
    public static byte[] Read(TensorProto proto, string? folder, long size)
    {
        if (folder is null) throw new ModelException("the data lies in another file; load the model from its file, or export it with the data inside");
        string location = EntryOf(proto, "location") ?? throw new ModelException("external data without a location");
        long offset = NumberOf(proto, "offset", 0);
        long length = NumberOf(proto, "length", size);
        if (length != size) throw new ModelException($"{length} bytes of external data where {size} are wanted");
        string path = PathBelow(folder, location);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
            if (offset > file.Length || size > file.Length - offset)
                throw new ModelException($"external data file '{location}' ends before the data; copy it again");
            if (size > Array.MaxLength) throw new ModelException("the external data is too large");
            file.Position = offset;
            var bytes = new byte[size];
            file.ReadExactly(bytes);
            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ModelException($"external data file '{location}' cannot be read; it must lie beside the model", e);
        }
    }

    private static string PathBelow(string folder, string location)
    {
        string[] parts = location.Split('/', '\\');
        bool plain = location.IndexOfAny(['\0', ':']) < 0 && Array.TrueForAll(parts, static p => p.Length > 0 && p != "." && p != "..");
        string path = folder;
        foreach (string part in plain ? parts : [])
        {
            path = Path.Combine(path, part);
            // A link below the folder can lead anywhere.
            plain &= new FileInfo(path).LinkTarget is null;
        }
        return plain ? path : throw new ModelException($"external data location '{location}' is not a plain path below the model's folder");
    }

    private static string? EntryOf(TensorProto proto, string key) => proto.ExternalData.FirstOrDefault(e => e.Key == key)?.Value;

    private static long NumberOf(TensorProto proto, string key, long fallback)
    {
        string? text = EntryOf(proto, key);
        if (text is null) return fallback;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number)
            ? number
            : throw new ModelException($"external data {key} '{text}' is not a number");
    }
}
