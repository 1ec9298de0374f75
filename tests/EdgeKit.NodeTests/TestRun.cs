using EdgeKit.Onnx;

namespace EdgeKit.NodeTests;

/// <summary>Runs one test in the forms in which a model may hold its inputs.</summary>
internal static class TestRun
{
    // As it is; with all but the first input as constants, as models hold weights, shapes and axes; with every input as one, which shape inference computes.
    private static readonly Func<int, bool>[] Forms = [static _ => false, static i => i > 0, static _ => true];

    /// <summary>What differs, or null; and whether the runtime took the model.</summary>
    /// <exception cref="ModelException">No form is supported; the first form's message, which says most.</exception>
    public static (string? Failure, bool ByRuntime) Of(NodeTest test)
    {
        bool runtime = false;
        foreach (DataSet set in test.Sets)
        {
            Tensor[] results = Supported(test, set);
            if (Difference(results, set, "reference") is { } failure) return (failure, false);
            foreach (Func<int, bool> form in Forms)
            {
                if (TryGraph(test, set, form, out _) is not { } compiled || Engines.Runtime(compiled, NodeTest.Feeds(set, compiled)) is not { } fast) continue;
                if (Difference(fast, set, "runtime") is { } slip) return (slip, true);
                runtime = true;
                break;
            }
        }
        return (null, runtime);
    }

    private static Tensor[] Supported(NodeTest test, DataSet set)
    {
        ModelException? first = null;
        foreach (Func<int, bool> form in Forms)
        {
            if (TryGraph(test, set, form, out ModelException? reason) is not { } graph)
            {
                first ??= reason;
                continue;
            }
            try
            {
                return Engines.Reference(graph, NodeTest.Feeds(set, graph));
            }
            catch (ModelException e)
            {
                first ??= e;
            }
        }
        throw first!;
    }

    private static Graph? TryGraph(NodeTest test, DataSet set, Func<int, bool> form, out ModelException? reason)
    {
        reason = null;
        try
        {
            return test.Graph(set, form);
        }
        catch (ModelException e)
        {
            reason = e;
            return null;
        }
    }

    private static string? Difference(Tensor[] results, DataSet set, string engine)
    {
        for (int i = 0; i < results.Length; i++)
            if (Closeness.Difference(results[i], set.Outputs[i].Tensor) is { } difference) return $"{engine}, output {i}: {difference}";
        return null;
    }
}
