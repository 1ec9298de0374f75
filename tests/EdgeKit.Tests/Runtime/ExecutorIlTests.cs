using EdgeKit.Runtime.Execution;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>
/// The executor is compiled as it is for a target without a managed runtime. Whatever it reaches within the assembly may therefore not allocate, throw, dispatch
/// through an object, or wait for a static constructor.
/// </summary>
public sealed class ExecutorIlTests
{
    private static readonly string[] Roots = [nameof(Executor.PackedBytes), nameof(Executor.Prepare), nameof(Executor.Run), nameof(Executor.RunOperator)];

    [Fact]
    public void Nothing_that_the_executor_reaches_needs_a_managed_runtime()
    {
        var walk = new Walk();
        Assert.NotEmpty(walk.Reached);
        Assert.Empty(walk.Problems);
    }

    [Fact]
    public void The_walk_follows_calls_function_pointers_and_operator_structs()
    {
        HashSet<string> reached = [.. new Walk().Reached.Select(static m => $"{m.DeclaringType.Name}.{m.Name}")];
        foreach (string method in (string[])["ConvOperator.Run", "PortableGemmInt8.Run", "PortableDepthwiseFloat.RunBlock", "Lanes512.RequantizeTo", "ReferenceGemmFloat.Run", "HardSwish.Invoke", "Int8Sum.Invoke", "Requantize.ToInt8"])
            Assert.True(reached.Contains(method), $"{method} was not reached");
        Assert.DoesNotContain("Session.Run", reached);
    }

    private sealed class Walk
    {
        private readonly AssemblyDefinition _assembly;
        private readonly Queue<MethodDefinition> _queue = new();

        public Walk()
        {
            string path = typeof(Executor).Assembly.Location;
            var resolver = new DefaultAssemblyResolver();
            resolver.AddSearchDirectory(Path.GetDirectoryName(path));
            _assembly = AssemblyDefinition.ReadAssembly(path, new ReaderParameters { AssemblyResolver = resolver });
            TypeDefinition executor = _assembly.MainModule.GetType(typeof(Executor).FullName);
            foreach (string root in Roots) Add(executor.Methods.Single(m => m.Name == root));
            while (_queue.TryDequeue(out MethodDefinition? method)) Visit(method);
        }

        public HashSet<MethodDefinition> Reached { get; } = [];

        public List<string> Problems { get; } = [];

        private void Add(MethodDefinition method)
        {
            if (method.HasBody && Reached.Add(method)) _queue.Enqueue(method);
        }

        private void Visit(MethodDefinition method)
        {
            if (method.Body.HasExceptionHandlers) Problems.Add($"{method.FullName}: try block");
            foreach (Instruction i in method.Body.Instructions)
            {
                if (Problem(i) is { } problem) Problems.Add($"{method.FullName}: {problem}");
                if (i.Operand is MethodReference called) Follow(called, i.Previous?.OpCode == OpCodes.Constrained);
                if (i.Operand is MethodReference { DeclaringType: GenericInstanceType } or GenericInstanceMethod) FollowArguments((MethodReference)i.Operand);
            }
        }

        private static string? Problem(Instruction i) => i.OpCode.Code switch
        {
            Code.Newarr or Code.Box or Code.Throw or Code.Rethrow or Code.Ldvirtftn or Code.Ldstr or Code.Castclass or Code.Isinst => $"{i}",
            Code.Newobj when !((MethodReference)i.Operand).DeclaringType.IsValueType => $"{i}",
            Code.Callvirt => $"{i}",
            Code.Ldsfld or Code.Ldsflda or Code.Stsfld when ((FieldReference)i.Operand).Resolve() is { IsLiteral: false, HasConstant: false, RVA: 0 } => $"{i}",
            _ => null,
        };

        private void Follow(MethodReference called, bool constrained)
        {
            if (called.DeclaringType.Scope != _assembly.MainModule) return;
            MethodDefinition method = called.Resolve();
            Add(method);
            // A static abstract member of an operator struct: any struct that implements it may be meant.
            if (!constrained || !method.DeclaringType.IsInterface) return;
            foreach (TypeDefinition type in _assembly.MainModule.Types.Where(t => t.Interfaces.Any(f => f.InterfaceType.Resolve() == method.DeclaringType)))
                Add(type.Methods.Single(m => m.Name == method.Name && m.Parameters.Count == method.Parameters.Count));
        }

        private void FollowArguments(MethodReference called)
        {
            IEnumerable<TypeReference> arguments = called is GenericInstanceMethod g ? g.GenericArguments : ((GenericInstanceType)called.DeclaringType).GenericArguments;
            foreach (TypeReference argument in arguments)
            {
                if (argument is TypeDefinition { IsValueType: false } type && type.Scope == _assembly.MainModule) Problems.Add($"{called.FullName}: instantiated over a class");
            }
        }
    }
}
