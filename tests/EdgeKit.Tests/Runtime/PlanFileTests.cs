using System.Runtime.InteropServices;
using EdgeKit.Runtime.Execution;
using EdgeKit.Runtime.Plan;
using Xunit;

namespace EdgeKit.Tests.Runtime;

/// <summary>What is wrong with an <c>.ekm</c> file is said in one line that names the file.</summary>
public sealed unsafe class PlanFileTests
{
    [Fact]
    public void The_plans_of_these_tests_run_and_hold_every_kind_of_operator()
    {
        var kinds = new HashSet<OperatorKind>();
        foreach (byte[] file in TestPlans.All)
        {
            using Session session = Session.Load(PlanFile.Parse(file, "fine"));
            session.Run();
            for (int i = 0; i < session.OperatorCount; i++) kinds.Add(session.Operator(i).Kind);
        }
        Assert.Empty(Enum.GetValues<OperatorKind>().Except(kinds));
    }

    [Fact]
    public void Sections_wrapped_again_give_the_same_outputs()
    {
        using Session packed = Session.Load(PlanFile.Parse(TestPlans.Maps, "packed")), plain = Session.Load(PlanFile.Parse(new PlanImage(TestPlans.Maps).ToFile(), "plain"));
        foreach (Session session in (Session[])[packed, plain])
        {
            session.SetInput(0, [.. Enumerable.Range(0, 144).Select(static i => MathF.Sin(i))]);
            session.Run();
        }
        Assert.Equal(packed.GetOutput(0), plain.GetOutput(0));
    }

    [Fact]
    public void An_empty_file_is_not_a_plan() => Refused("not an .ekm file: only 0 bytes", []);

    [Fact]
    public void A_text_is_not_a_plan() => Refused("not an .ekm file; make one with 'edgekit compile'", new byte[100]);

    [Fact]
    public void A_missing_file_cannot_be_read() => Assert.Contains("cannot be read", Assert.Throws<PlanException>(static () => PlanFile.Load("/nowhere/model.ekm")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_truncated_file_is_damaged() => Refused("the file is truncated or damaged", TestPlans.Int8[..^100]);

    [Fact]
    public void A_flipped_bit_fails_the_checksum() => Refused("checksum mismatch; the file is damaged", Changed(static file => file[^200] ^= 1, seal: false));

    [Fact]
    public void A_newer_major_version_asks_to_recompile() =>
        Refused("format version 2.1, this program reads 1.x; recompile the model with 'edgekit compile'", Changed(static file => file[4] = 2));

    [Fact]
    public void A_session_does_not_depend_on_its_file_after_loading()
    {
        string path = Path.GetTempFileName();
        try
        {
            Assert.Contains("only 0 bytes", Assert.Throws<PlanException>(() => PlanFile.Load(path)).Message, StringComparison.Ordinal);
            File.WriteAllBytes(path, new PlanImage(TestPlans.Maps).ToFile());
            using Session session = Session.Load(path);
            session.Run();
            float[] before = session.GetOutput(0);
            File.WriteAllBytes(path, []);
            session.Run();
            Assert.Equal(before, session.GetOutput(0));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void A_newer_minor_version_is_read() => Assert.Equal(1, PlanFile.Parse(Changed(static file => file[6] = 9), "newer").PlanCount);

    [Fact]
    public void A_section_may_not_lie_outside_the_file() =>
        Refused("section 1 lies outside the file", Changed(static file => PlanImage.Section(file, 1).Offset = file.Length));

    [Fact]
    public void A_section_of_an_unknown_kind_is_refused() =>
        Refused("section 0 is of kind 99", Changed(static file => PlanImage.Section(file, 0).Kind = (SectionKind)99));

    [Fact]
    public void A_section_may_not_claim_more_than_deflate_can_hold() =>
        Refused("section 0 is malformed", Changed(static file => PlanImage.Section(file, 0).Length = 1 << 30));

    [Fact]
    public void All_sections_unpack_to_less_than_2_GiB() =>
        Refused("unpacks to more than 2 GiB", Changed(static file => PlanImage.Section(file, 0).Length = long.MaxValue));

    [Fact]
    public void A_file_without_a_plan_is_refused() => Refused("holds no plan", Changed(static file => PlanImage.Section(file, 0).Kind = SectionKind.Names));

    [Fact]
    public void A_plan_that_is_not_there_cannot_be_loaded() => Assert.Contains(
        "has 1 plan(s), number 1 was asked for",
        Assert.Throws<PlanException>(static () => Session.Load(PlanFile.Parse(TestPlans.Int8, "one"), new SessionOptions { Plan = 1 })).Message, StringComparison.Ordinal);

    [Fact]
    public void Weights_of_minus_128_are_refused() => Malformed("weight of -128", TestPlans.Int8, static image =>
        image.Constants[image.Input(image.First(OperatorKind.Conv), 1).Offset] = 0x80);

    [Fact]
    public void A_copy_stays_inside_its_tensors() => Malformed("copies from or to outside its tensors", TestPlans.Matrices, static image =>
    {
        fixed (int* p = image.First(OperatorKind.Copy).Parameters) ((CopyParameters*)p)->InOffset = 1 << 20;
    });

    [Fact]
    public void A_copy_writes_no_element_twice() => Malformed("has bad dimensions", TestPlans.Matrices, static image =>
    {
        fixed (int* p = image.First(OperatorKind.Copy).Parameters)
        {
            var copy = (CopyParameters*)p;
            copy->Dims[0] = int.MaxValue;
            copy->InStride[0] = 0;
            copy->OutStride[0] = 0;
        }
    });

    [Fact]
    public void The_arena_is_no_larger_than_its_tensors() => Malformed("arena of 1073741824 bytes", TestPlans.Int8, static image => image.Header.ArenaBytes = 1 << 30);

    [Fact]
    public void An_arena_has_at_most_2_GiB() => Malformed("arena of 8589934592 bytes", TestPlans.Int8, static image => image.Header.ArenaBytes = 1L << 33);

    [Fact]
    public void A_run_takes_a_bounded_number_of_steps() => Malformed("one run takes more than 1e12 steps", TestPlans.Int8, static image =>
    {
        OperatorRecord op = image.First(OperatorKind.Pool);
        var pool = (PoolParameters*)op.Parameters;
        (pool->KernelH, pool->KernelW) = (32767, 32767);
        OperatorRecord[] operators = [.. Enumerable.Repeat(op, 100)];
        image.Header.OperatorsOffset = image.Plan.Length + 7 & ~7;
        image.Header.OperatorCount = operators.Length;
        image.Plan = [.. image.Plan, .. new byte[image.Header.OperatorsOffset - image.Plan.Length], .. MemoryMarshal.AsBytes<OperatorRecord>(operators)];
    });

    [Fact]
    public void An_unknown_operator_is_refused() => Malformed("is of kind 77, which this version does not know", TestPlans.Int8, static image => image.Operators[0].Kind = (OperatorKind)77);

    [Fact]
    public void A_table_for_each_channel_has_them_all() => Malformed("wants 2048 constants of type Int8", TestPlans.Int8, static image =>
    {
        ref TensorRecord table = ref image.Input(image.First(OperatorKind.Table), 1);
        (table.Rank, table.Dims[0], table.Dims[1], table.PixelStride) = (2, 1, 256, 256);
    });

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void A_channel_takes_a_table_that_is_there(int table) => Malformed("has an index out of range", TestPlans.Int8, image =>
    {
        OperatorRecord shared = image.Operators.ToArray().Single(static op => op.Kind == OperatorKind.Table && op.InputCount == 3);
        Assert.Equal(2, image.Input(shared, 1).Dims[0]);
        MemoryMarshal.Cast<byte, int>(image.Constants.AsSpan((int)image.Input(shared, 2).Offset))[7] = table;
    });

    [Fact]
    public void A_tensor_stays_inside_its_memory() => Malformed("tensor 0 lies outside its memory", TestPlans.Int8, static image => image.Tensors[0].Offset = 1 << 30);

    [Fact]
    public void A_tensor_is_not_empty() => Malformed("tensor 0 has dimension 0", TestPlans.Int8, static image => image.Tensors[0].Dims[1] = 0);

    [Fact]
    public void The_pixels_of_a_tensor_do_not_overflow() => Malformed("tensor 0 is too large", TestPlans.Int8, static image => image.Tensors[0].PixelStride = int.MaxValue);

    [Fact]
    public void An_index_lies_on_its_axis() => Malformed("has an index out of range", TestPlans.Matrices, static image =>
        image.Constants[image.Input(image.First(OperatorKind.Gather), 1).Offset + 3] = 0x7F);

    private static byte[] Changed(Action<byte[]> change, bool seal = true)
    {
        byte[] file = [.. TestPlans.Int8];
        change(file);
        return seal ? PlanImage.Sealed(file) : file;
    }

    private static void Malformed(string problem, byte[] file, Action<PlanImage> change)
    {
        var image = new PlanImage(file);
        change(image);
        Refused(problem, image.ToFile());
    }

    private static void Refused(string problem, byte[] file)
    {
        string message = Assert.Throws<PlanException>(() => Session.Load(PlanFile.Parse(file, "bad.ekm")).Dispose()).Message;
        Assert.StartsWith("bad.ekm: ", message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
