using System.Xml.Linq;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace EdgeKit.Arm64.Tool;

/// <summary>
/// Turns the x64 build of System.Private.CoreLib into one whose hardware intrinsics are those of arm64, where each method is an intrinsic that calls itself, which
/// the code generator expands. What it does not expand, it answers: IsSupported is true for what every arm64 has, and looked up when the program runs for the rest.
/// </summary>
internal static class CoreLibPatch
{
    private const string Arm = "System.Runtime.Intrinsics.Arm";
    private const string X86 = "System.Runtime.Intrinsics.X86";
    private const string Substitutions = "ILLink.Substitutions.xml";

    public static void Apply(string source, string target)
    {
        using AssemblyDefinition assembly = AssemblyDefinition.ReadAssembly(source);
        ModuleDefinition module = assembly.MainModule;
        MethodDefinition intrinsic = module.GetType("System.Runtime.CompilerServices.IntrinsicAttribute").Methods.Single(static m => m.IsConstructor && !m.IsStatic);
        foreach (TypeDefinition type in module.Types.Where(static t => t.IsClass && !t.IsEnum))
        {
            if (type.Namespace == Arm) PatchArm(type, intrinsic);
            if (type.Namespace == X86) PatchX86(type);
        }
        PatchSubstitutions(module);
        assembly.Write(target);
    }

    private static void PatchArm(TypeDefinition type, MethodDefinition intrinsic)
    {
        if (!type.CustomAttributes.Any(a => a.AttributeType == intrinsic.DeclaringType)) type.CustomAttributes.Add(new CustomAttribute(intrinsic));
        foreach (MethodDefinition method in type.Methods.Where(static m => m.IsStatic && m.HasBody && !m.IsConstructor))
        {
            ILProcessor il = Emptied(method);
            foreach (ParameterDefinition parameter in method.Parameters) il.Emit(OpCodes.Ldarg, parameter);
            il.Emit(OpCodes.Call, method);
            il.Emit(OpCodes.Ret);
        }
        foreach (TypeDefinition nested in type.NestedTypes) PatchArm(nested, intrinsic);
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
