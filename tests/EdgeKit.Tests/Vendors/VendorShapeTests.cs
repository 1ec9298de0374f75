using Mono.Cecil;
using Xunit;

namespace EdgeKit.Tests.Vendors;

/// <summary>Holds tests/VendorShapes to the vendors' assemblies, in builds that have them.</summary>
public class VendorShapeTests
{
    [VendorFact("SixLabors.ImageSharp.dll")]
    public void ImageSharp_is_as_its_shape_says() => AssertSame("SixLabors.ImageSharp.dll", "SixLabors.ImageSharp");

    [VendorFact("Iot.Device.Bindings.dll")]
    public void Bindings_are_as_their_shape_says() => AssertSame("Iot.Device.Bindings.dll", "Iot.Device");

    [VendorFact("System.Device.Gpio.dll")]
    public void Gpio_is_as_its_shape_says() => AssertSame("System.Device.Gpio.dll", "System.Device");

    [Fact]
    public void Comparison_finds_nothing_between_an_assembly_and_itself()
    {
        using ModuleDefinition shapes = Read("EdgeKit.VendorShapes.dll");
        Assert.Empty(ShapeComparison.Differences(shapes, shapes, "SixLabors"));
        Assert.Empty(ShapeComparison.Differences(shapes, shapes, "Iot"));
    }

    [Fact]
    public void Comparison_names_each_difference()
    {
        using ModuleDefinition shapes = Read("EdgeKit.VendorShapes.dll"), other = Read("EdgeKit.VendorShapes.dll");
        TypeDefinition info = other.GetType("SixLabors.ImageSharp.ImageInfo");
        info.Methods.Single(m => m.Name == "get_Width").ReturnType = other.TypeSystem.Int64;
        other.GetType("Iot.Device.Media.VideoPixelFormat").Fields.Single(f => f.Name == "YUYV").Constant = 1u;
        other.Types.Remove(other.GetType("SixLabors.ImageSharp.PixelFormats.Rgb24"));

        Assert.Equal(
            ["SixLabors.ImageSharp.ImageInfo has no System.Int32 get_Width()", "no type SixLabors.ImageSharp.PixelFormats.Rgb24"],
            ShapeComparison.Differences(shapes, other, "SixLabors"));
        Assert.Contains("Iot.Device.Media.VideoPixelFormat.YUYV is 1, not 1448695129", ShapeComparison.Differences(shapes, other, "Iot"));
    }

    private static void AssertSame(string assembly, string space)
    {
        using ModuleDefinition shapes = Read("EdgeKit.VendorShapes.dll"), real = Read(assembly);
        Assert.Empty(ShapeComparison.Differences(shapes, real, space));
    }

    private static ModuleDefinition Read(string assembly) => ModuleDefinition.ReadModule(Path.Combine(AppContext.BaseDirectory, assembly));
}

/// <summary>A test of a vendor's assembly, skipped in builds without it.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class VendorFactAttribute : FactAttribute
{
    public VendorFactAttribute(string assembly)
    {
        if (!File.Exists(Path.Combine(AppContext.BaseDirectory, assembly))) Skip = $"built without {assembly}";
    }
}
