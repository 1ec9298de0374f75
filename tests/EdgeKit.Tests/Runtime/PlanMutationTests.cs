using System.Diagnostics;
using System.Globalization;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using EdgeKit.Testing;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>
/// Damaged plans with right checksums are refused in one line or run, soon, inside their memory: each is also run with its arena and its constants ending at guard pages.
/// EDGEKIT_FUZZ sets how many are tried.
/// </summary>
public sealed unsafe class PlanMutationTests
{
    private const int MaxMilliseconds = 2000;

    private static readonly PlanImage[] Images = [.. TestPlans.All.Select(static f => new PlanImage(f))];
    private static readonly byte[][] Files = [.. TestPlans.All, .. Images.Select(static i => i.ToFile())];
    private static readonly int[] Edges = [0, 1, 2, 3, -1, 127, 128, 255, 256, 32767, 65536, 1 << 24, int.MaxValue, int.MinValue];

    private static int Count => int.Parse(Environment.GetEnvironmentVariable("EDGEKIT_FUZZ") ?? "300", CultureInfo.InvariantCulture);

    [Fact]
    public void A_damaged_file_is_refused_or_runs() => Try(static random => PlanImage.Sealed(Damage(random, Files)));

    [Fact]
    public void A_damaged_plan_is_refused_or_runs() => Try(static random =>
    {
        int which = random.Next(Images.Length);
        return new PlanImage(TestPlans.All[which]) { Plan = Damage(random, [Images[which].Plan]) }.ToFile();
    });

    [Fact]
    public void A_plan_with_other_numbers_is_refused_or_runs() => Try(static random =>
    {
        var image = new PlanImage(TestPlans.All[random.Next(Images.Length)]);
        for (int i = random.Next(3); i >= 0; i--)
        {
            int at = random.Next(image.Plan.Length / sizeof(int)) * sizeof(int);
            int old = BitConverter.ToInt32(image.Plan, at);
            int value = random.Next(3) switch { 0 => Edges[random.Next(Edges.Length)], 1 => old + random.Next(-3, 4), _ => old * random.Next(2, 9) };
            BitConverter.TryWriteBytes(image.Plan.AsSpan(at), value);
        }
        return image.ToFile();
    });

    private static void Try(Func<Random, byte[]> damage)
    {
        int refused = 0, count = Count;
        for (int seed = 0; seed < count; seed++)
        {
            byte[] file = damage(new Random(seed));
            long start = Stopwatch.GetTimestamp();
            try
            {
                PlanFile parsed = PlanFile.Parse(file, "damaged.ekm");
                RunGuarded(parsed);
                using Session session = Session.Load(parsed, new SessionOptions { Threads = 1 + seed % 2 });
                for (int i = 0; i < session.Inputs.Count; i++) session.SetInput(i, new float[session.Tensors[session.Inputs[i]].ElementCount]);
                session.Run();
                for (int i = 0; i < session.Outputs.Count; i++) session.GetOutput(i);
            }
            catch (PlanException e)
            {
                refused++;
                Assert.StartsWith("damaged.ekm: ", e.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', e.Message);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"seed {seed}: {e}");
            }
            double elapsed = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            Assert.True(elapsed < MaxMilliseconds, $"seed {seed} took {elapsed} ms");
        }
        Assert.InRange(refused, count / 10, count - 1);
    }

    /// <summary>Runs a plan once; a touch of anything past the arena, the constants or the packed weights ends the process.</summary>
    private static void RunGuarded(PlanFile file)
    {
        PlanValidator.Validate(file.Plan(0), file.Constants, file.Names, file.Name);
        byte[] plan = file.Plan(0).ToArray();
        fixed (byte* start = plan)
        {
            var header = (PlanHeader*)start;
            using var arena = new GuardedBuffer(Math.Max(1, header->ArenaBytes));
            using var constants = new GuardedBuffer(Math.Max(1, file.Constants.Length));
            var states = new OperatorState[header->OperatorCount + 1];
            fixed (OperatorState* first = states)
            {
                ExecutionState execution = default;
                execution.Tensors = (TensorRecord*)(start + header->TensorsOffset);
                execution.Operators = (OperatorRecord*)(start + header->OperatorsOffset);
                execution.Operands = (int*)(start + header->OperandsOffset);
                execution.OperatorCount = header->OperatorCount;
                execution.Constants = constants.Last<byte>(file.Constants.Length);
                execution.Arena = arena.Last<byte>(header->ArenaBytes);
                execution.States = first;
                file.Constants.CopyTo(new Span<byte>(execution.Constants, file.Constants.Length));
                long packedBytes = Executor.PackedBytes(&execution);
                Assert.InRange(packedBytes, 0, 1 << 24);
                using var packed = new GuardedBuffer(Math.Max(1, packedBytes));
                Executor.Prepare(&execution, packed.Last<byte>(packedBytes));
                Executor.Run(&execution);
            }
        }
    }

    private static byte[] Damage(Random random, byte[][] from)
    {
        byte[] source = from[random.Next(from.Length)];
        int at = random.Next(source.Length);
        switch (random.Next(4))
        {
            case 0:
                return source[..at];
            case 1:
                byte[] other = from[random.Next(from.Length)];
                int start = random.Next(other.Length);
                return [.. source[..at], .. other[start..Math.Min(other.Length, start + random.Next(64))], .. source[Math.Min(source.Length, at + random.Next(64))..]];
            case 2:
                byte[] overwritten = [.. source];
                overwritten[at] = (byte)random.Next(256);
                return overwritten;
            default:
                byte[] flipped = [.. source];
                for (int i = random.Next(8); i >= 0; i--) flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
        }
    }
}
