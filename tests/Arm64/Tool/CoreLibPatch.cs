using System.Xml.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace EdgeKit.Arm64.Tool;

/// <summary>
/// Turns the x64 build of System.Private.CoreLib into one whose hardware intrinsics are those of arm64: there they are stubs, which the arm64 code generator
/// expands when they are marked as intrinsics that call themselves.
/// </summary>
internal static class CoreLibPatch
{
    private const string Arm = "System.Runtime.Intrinsics.Arm";
    private const string X86 = "System.Runtime.Intrinsics.X86";
    private const string Substitutions = "ILLink.Substitutions.xml";

    /// <summary>What every ARMv8.0 core has. Anything newer must be looked up, as Dp is.</summary>
    private static readonly string[] Baseline = ["ArmBase", "AdvSimd"];

    public static void Apply(string source, string target, bool dotprod)
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(source);
        ModuleDefinition module = assembly.MainModule;
        MethodDefinition intrinsic = module.GetType("System.Runtime.CompilerServices.IntrinsicAttribute").Methods.Single(static m => m.IsConstructor && !m.IsStatic);
        string[] supported = dotprod ? [.. Baseline, "Dp", "Rdm"] : Baseline;
        foreach (TypeDefinition type in module.Types.Where(static t => t.IsClass && !t.IsEnum))
        {
            if (type.Namespace == Arm) PatchArm(type, supported.Contains(type.Name), intrinsic);
            if (type.Namespace == X86) PatchX86(type);
        }
        PatchSubstitutions(module);
        assembly.Write(target);
    }

    private static void PatchArm(TypeDefinition type, bool supported, MethodDefinition intrinsic)
    {
        if (!type.CustomAttributes.Any(a => a.AttributeType == intrinsic.DeclaringType)) type.CustomAttributes.Add(new CustomAttribute(intrinsic));
        foreach (MethodDefinition method in type.Methods.Where(static m => m.IsStatic && m.HasBody && !m.IsConstructor))
        {
            ILProcessor il = Emptied(method);
            if (method.Name == "get_IsSupported")
            {
                il.Emit(supported ? OpCodes.Ldc_I4_1 : OpCodes.Ldc_I4_0);
            }
            else
            {
                foreach (ParameterDefinition parameter in method.Parameters) il.Emit(OpCodes.Ldarg, parameter);
                il.Emit(OpCodes.Call, method);
            }
            il.Emit(OpCodes.Ret);
        }
        foreach (TypeDefinition nested in type.NestedTypes) PatchArm(nested, supported, intrinsic);
    }

    private static void PatchX86(TypeDefinition type)
    {
        foreach (MethodDefinition method in type.Methods.Where(static m => m.IsStatic && m.HasBody && !m.IsConstructor))
        {
            ILProcessor il = Emptied(method);
            if (method.Name == "get_IsSupported")
            {
                il.Emit(OpCodes.Ldc_I4_0);
                il.Emit(OpCodes.Ret);
            }
            else
            {
                il.Emit(OpCodes.Ldnull);
                il.Emit(OpCodes.Throw);
            }
        }
        foreach (TypeDefinition nested in type.NestedTypes) PatchX86(nested);
    }

    private static ILProcessor Emptied(MethodDefinition method)
    {
        method.Body = new MethodBody(method);
        return method.Body.GetILProcessor();
    }

    /// <summary>The x64 build says there that nothing of Arm is supported, which would turn every branch that asks into an endless loop.</summary>
    private static void PatchSubstitutions(ModuleDefinition module)
    {
        EmbeddedResource resource = module.Resources.OfType<EmbeddedResource>().Single(static r => r.Name == Substitutions);
        XDocument document;
        using (Stream stream = resource.GetResourceStream()) document = XDocument.Load(stream);
        document.Descendants("type").Where(static t => ((string?)t.Attribute("fullname"))?.StartsWith(Arm, StringComparison.Ordinal) == true).Remove();
        using var changed = new MemoryStream();
        document.Save(changed);
        module.Resources.Remove(resource);
        module.Resources.Add(new EmbeddedResource(Substitutions, resource.Attributes, changed.ToArray()));
    }
}
