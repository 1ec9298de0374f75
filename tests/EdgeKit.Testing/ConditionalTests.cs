using EdgeKit.Runtime.OnnxRuntime;
using Xunit;

namespace EdgeKit.Testing;

/// <summary>A test that needs ONNX Runtime. Skipped without it, unless EDGEKIT_REQUIRE_ORT=1: then it runs and fails.</summary>
public sealed class OrtFactAttribute : FactAttribute
{
    /// <summary>Whether the test also needs <see cref="TestData"/>.</summary>
    public bool Data { get; set; }

    /// <inheritdoc/>
    public override string Skip
    {
        get => base.Skip ?? Requirement.Ort ?? (Data ? TestData.Missing! : null!);
        set => base.Skip = value;
    }
}

/// <summary>The theory to <see cref="OrtFactAttribute"/>.</summary>
public sealed class OrtTheoryAttribute : TheoryAttribute
{
    /// <summary>Whether the test also needs <see cref="TestData"/>.</summary>
    public bool Data { get; set; }

    /// <inheritdoc/>
    public override string Skip
    {
        get => base.Skip ?? Requirement.Ort ?? (Data ? TestData.Missing! : null!);
        set => base.Skip = value;
    }
}

/// <summary>A test that needs <see cref="TestData"/>. Skipped without it.</summary>
public sealed class DataFactAttribute : FactAttribute
{
    /// <inheritdoc/>
    public override string Skip
    {
        get => base.Skip ?? TestData.Missing!;
        set => base.Skip = value;
    }
}

/// <summary>The theory to <see cref="DataFactAttribute"/>.</summary>
public sealed class DataTheoryAttribute : TheoryAttribute
{
    /// <inheritdoc/>
    public override string Skip
    {
        get => base.Skip ?? TestData.Missing!;
        set => base.Skip = value;
    }
}

internal static class Requirement
{
    /// <summary>Why tests against ONNX Runtime are skipped, or null when they are not.</summary>
    internal static string? Ort { get; } = FindOrt();

    private static string? FindOrt()
    {
        if (Environment.GetEnvironmentVariable("EDGEKIT_REQUIRE_ORT") == "1") return null;
        try
        {
            OrtLibrary.Load();
            return null;
        }
        catch (OnnxRuntimeException e)
        {
            return e.Message;
        }
    }
}
