using System.Security.Cryptography;
using EdgeKit.Devices;
using EdgeKit.Devices.Slots;
using Xunit;

namespace EdgeKit.Tests.Devices;

public sealed class ModelSlotsTests : IDisposable
{
    private static readonly byte[] Old = [.. Enumerable.Range(0, 5000).Select(static i => (byte)(i * 7))], New = [.. Enumerable.Range(0, 6000).Select(static i => (byte)(i * 11))];

    private readonly string _root = Directory.CreateTempSubdirectory("slots").FullName;
    private readonly string _old;
    private readonly string _new;
    private int _count;

    public ModelSlotsTests()
    {
        (_old, _new) = (Path.Combine(_root, "old.ekm"), Path.Combine(_root, "new.ekm"));
        File.WriteAllBytes(_old, Old);
        File.WriteAllBytes(_new, New);
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Models_take_turns_and_a_confirmed_one_stays()
    {
        string folder = Folder();
        ModelSlots slots = Slots(folder);
        SlotModel first = slots.Update(_old, Fine);
        Assert.Equal(('a', true), (first.Slot, first.IsOnTrial));
        Assert.Equal(Old, File.ReadAllBytes(first.Path));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Old)), first.Sha256);
        slots.Confirm(slots.Start(Silent));
        Assert.False(slots.Current()!.IsOnTrial);
        Assert.Equal('b', slots.Update(_new, Fine).Slot);
        slots.Confirm(slots.Start(Silent));
        for (int i = 0; i < 10; i++) Assert.Equal(New, File.ReadAllBytes(slots.Start(Silent).Path));
        Assert.Equal($"{Convert.ToHexStringLower(SHA256.HashData(New))}  model.ekm\n", File.ReadAllText(Path.Combine(folder, "b", "manifest")));
        Assert.Equal(Old, File.ReadAllBytes(slots.RollBack().Path));
        Assert.Equal(Old, File.ReadAllBytes(slots.Start(Silent).Path));
    }

    [Fact]
    public async Task Reading_never_fails_while_another_updates()
    {
        string folder = Folder();
        ModelSlots reader = Confirmed(folder), writer = Slots(folder);
        Task updates = Task.Run(() =>
        {
            for (int i = 0; i < 40; i++) writer.Update(i % 2 == 0 ? _new : _old, Fine);
        });
        do Assert.Equal(64, reader.Current()!.Sha256.Length);
        while (!updates.IsCompleted);
        await updates;
    }

    [Fact]
    public void A_model_that_is_never_confirmed_gives_way_to_the_one_before()
    {
        ModelSlots slots = Confirmed(Folder());
        slots.Update(_new, Fine);
        for (int i = 0; i < ModelSlots.MaxStarts; i++) Assert.Equal(New, File.ReadAllBytes(slots.Start(Silent).Path));
        var told = new List<string>();
        Assert.Equal(Old, File.ReadAllBytes(slots.Start(told.Add).Path));
        Assert.Contains("was started 3 times and not confirmed; back to slot a", Assert.Single(told), StringComparison.Ordinal);
        Assert.False(slots.Current()!.IsOnTrial);
    }

    [Fact]
    public void A_new_model_takes_the_place_of_one_on_trial_not_of_the_one_that_works()
    {
        ModelSlots slots = Confirmed(Folder());
        slots.Update(_new, Fine);
        Assert.Equal('b', slots.Update(_new, Fine).Slot);
        Assert.Null(slots.ProblemOf('a'));
        Assert.Throws<InvalidOperationException>(() => slots.Update(_new, static _ => throw new InvalidOperationException()));
        Assert.Equal(Old, File.ReadAllBytes(slots.Start(Silent).Path));
    }

    [Fact]
    public void Wherever_an_update_is_cut_off_the_old_model_or_the_new_one_is_whole()
    {
        bool isThrough = false, wasOld = false, wasNew = false;
        for (int step = 0; !isThrough; step++)
        {
            foreach (Cut cut in Enum.GetValues<Cut>())
            {
                foreach (bool onTrial in (bool[])[false, true])
                {
                    string folder = Folder();
                    ModelSlots slots = Confirmed(folder);
                    if (onTrial) slots.Update(_new, Fine);
                    var files = new CutFiles(step, cut);
                    try
                    {
                        new ModelSlots(folder, [], files).Update(_new, Fine);
                        isThrough = true;
                    }
                    catch (PowerCutException)
                    {
                    }
                    // Another process finds what was left; what it does can be cut off too, so it starts twice.
                    Assert.True(Slots(folder).Current() is not null);
                    byte[] model = File.ReadAllBytes(Slots(folder).Start(Silent).Path);
                    Assert.True(model.AsSpan().SequenceEqual(Old) || model.AsSpan().SequenceEqual(New), $"step {step}, {cut}");
                    wasOld |= model.AsSpan().SequenceEqual(Old);
                    wasNew |= model.AsSpan().SequenceEqual(New);
                    Assert.Equal(model, File.ReadAllBytes(Slots(folder).Start(Silent).Path));
                    Assert.Equal(New, File.ReadAllBytes(Slots(folder).Update(_new, Fine).Path));
                }
            }
        }
        Assert.True(wasOld && wasNew);
    }

    [Theory]
    [InlineData("model.ekm")]
    [InlineData("manifest")]
    public void A_damaged_model_gives_way_to_the_other(string name)
    {
        string folder = Folder();
        ModelSlots slots = Confirmed(folder);
        slots.Update(_new, Fine);
        string path = Path.Combine(folder, "b", name);
        byte[] content = File.ReadAllBytes(path);
        content[^10] ^= 1;
        File.WriteAllBytes(path, content);
        var told = new List<string>();
        Assert.Equal(Old, File.ReadAllBytes(slots.Start(told.Add).Path));
        Assert.Contains("slot b is damaged", Assert.Single(told), StringComparison.Ordinal);
        File.Delete(Path.Combine(folder, "a", "model.ekm"));
        Assert.Contains("no whole model", Assert.Throws<SlotException>(() => slots.Start(Silent)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_state_that_is_lost_or_nonsense_still_finds_a_whole_model()
    {
        foreach (string state in (string[])["", "c good\n", "a\n", "../../etc good\n", "a trial -1\n", "b trial 99999999999\n", "a good extra\n"])
        {
            string folder = Folder();
            ModelSlots slots = Confirmed(folder);
            File.WriteAllText(Path.Combine(folder, "state"), state);
            Assert.Equal(Old, File.ReadAllBytes(slots.Start(Silent).Path));
            // Nothing is known of what works: the model that is there is left alone.
            Assert.Equal('b', slots.Update(_new, Fine).Slot);
        }
    }

    [Fact]
    public void With_a_key_only_signed_models_are_stored_and_started()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string folder = Folder(), keyFile = Path.Combine(_root, "key.pem");
        ModelSlots unsigned = Slots(folder, keyFile);
        unsigned.Confirm(unsigned.Update(_old, Fine));
        File.WriteAllText(keyFile, key.ExportSubjectPublicKeyInfoPem());
        ModelSlots slots = Slots(folder, keyFile);
        Assert.Contains("is not signed, and", Assert.Throws<SlotException>(() => slots.Start(Silent)).Message, StringComparison.Ordinal);
        Assert.Contains("is not signed, and", Assert.Throws<SlotException>(() => slots.Update(_new, Fine)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(_new + ".sig", Sign(stranger, New));
        Assert.Contains("is not signed with the key of", Assert.Throws<SlotException>(() => slots.Update(_new, Fine)).Message, StringComparison.Ordinal);
        File.WriteAllBytes(_new + ".sig", Sign(key, Old));
        Assert.Throws<SlotException>(() => slots.Update(_new, Fine));
        File.WriteAllBytes(_new + ".sig", [1, 2, 3]);
        Assert.Throws<SlotException>(() => slots.Update(_new, Fine));
        File.WriteAllBytes(_new + ".sig", Sign(key, New));
        Assert.Equal(New, File.ReadAllBytes(slots.Update(_new, Fine).Path));
        Assert.Equal(New, File.ReadAllBytes(slots.Start(Silent).Path));
        // A model that is put in place by hand, with a manifest that fits.
        char slot = slots.Current()!.Slot;
        File.WriteAllBytes(Path.Combine(folder, $"{slot}", "model.ekm"), Old);
        File.WriteAllText(Path.Combine(folder, $"{slot}", "manifest"), $"{Convert.ToHexStringLower(SHA256.HashData(Old))}  model.ekm\n");
        Assert.Throws<SlotException>(() => slots.Start(Silent));
    }

    [Fact]
    public void A_key_that_cannot_be_used_is_an_error_and_no_reason_to_do_without()
    {
        string folder = Folder(), keyFile = Path.Combine(_root, "key.pem");
        Confirmed(folder);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        foreach (string text in (string[])["", "nonsense", other.ExportSubjectPublicKeyInfoPem()])
        {
            File.WriteAllText(keyFile, text);
            Assert.Contains("ECDSA P-256", Assert.Throws<SlotException>(() => Slots(folder, keyFile).Start(Silent)).Message, StringComparison.Ordinal);
        }
        File.Delete(keyFile);
        Directory.CreateDirectory(keyFile);
        Assert.Throws<SlotException>(() => Slots(folder, keyFile).Start(Silent));
    }

    [Fact]
    public void A_slot_that_leads_out_of_the_folder_counts_as_empty()
    {
        if (OperatingSystem.IsWindows()) return;
        string folder = Folder(), elsewhere = Path.Combine(_root, "elsewhere");
        ModelSlots slots = Confirmed(folder);
        slots.Update(_new, Fine);
        Directory.Move(Path.Combine(folder, "b"), elsewhere);
        Directory.CreateSymbolicLink(Path.Combine(folder, "b"), elsewhere);
        Assert.Contains("is a link", slots.ProblemOf('b'), StringComparison.Ordinal);
        Assert.Equal(Old, File.ReadAllBytes(slots.Start(Silent).Path));
        // Nor is anything written there.
        Assert.Contains("b: is a link", Assert.Throws<SlotException>(() => slots.Update(_old, Fine)).Message, StringComparison.Ordinal);
        Assert.Equal(New, File.ReadAllBytes(Path.Combine(elsewhere, "model.ekm")));
        Assert.Equal(Old, File.ReadAllBytes(slots.Start(Silent).Path));
    }

    [Fact]
    public void Names_in_files_lead_nowhere()
    {
        if (OperatingSystem.IsWindows()) return;
        string folder = Folder(), victim = Path.Combine(_root, "victim");
        ModelSlots slots = Confirmed(folder);
        slots.Update(_new, Fine);
        File.WriteAllText(victim, "as it was");
        foreach (string name in (string[])["model.ekm.new", "manifest.new"]) File.CreateSymbolicLink(Path.Combine(folder, "b", name), victim);
        File.CreateSymbolicLink(Path.Combine(folder, "state.new"), victim);
        Assert.Equal(New, File.ReadAllBytes(slots.Update(_new, Fine).Path));
        Assert.Equal("as it was", File.ReadAllText(victim));
        // A manifest names no other file, whatever it says.
        string hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(victim)));
        foreach (string text in (string[])[$"{hash}  ../../victim\n", $"{hash}  {victim}\n", $"{hash}  model.ekm\n"])
        {
            File.WriteAllText(Path.Combine(folder, "b", "manifest"), text);
            Assert.Contains("is damaged", slots.ProblemOf('b'), StringComparison.Ordinal);
            Assert.Equal(Old, File.ReadAllBytes(slots.Start(static _ => { }).Path));
        }
    }

    [Fact]
    public void A_full_disk_leaves_the_model_in_use()
    {
        // The disk becomes full at one write after the other: model, manifest, state.
        for (int write = 0; write < 3; write++)
        {
            string folder = Folder();
            Confirmed(folder);
            Assert.Throws<IOException>(() => new ModelSlots(folder, [], new FullDisk(write)).Update(_new, Fine));
            Assert.Equal(Old, File.ReadAllBytes(Slots(folder).Start(Silent).Path));
            // There is room again.
            Assert.Equal(New, File.ReadAllBytes(Slots(folder).Update(_new, Fine).Path));
        }
        string whole = Folder();
        Confirmed(whole);
        Assert.Equal(New, File.ReadAllBytes(new ModelSlots(whole, [], new FullDisk(3)).Update(_new, Fine).Path));
    }

    [Fact]
    public void What_is_missing_is_said()
    {
        Assert.Contains("there is no such folder", Assert.Throws<SlotException>(() => Slots(Path.Combine(_root, "none")).Start(Silent)).Message, StringComparison.Ordinal);
        Assert.Contains("there is no such file", Assert.Throws<SlotException>(() => Slots(Folder()).Update(_old + "x", Fine)).Message, StringComparison.Ordinal);
        Assert.Contains("no whole model", Assert.Throws<SlotException>(() => Slots(Folder()).Start(Silent)).Message, StringComparison.Ordinal);
    }

    private static void Fine(string path) => Assert.True(File.Exists(path));

    private static void Silent(string line) => Assert.NotEmpty(line);

    private static byte[] Sign(ECDsa key, byte[] model) => key.SignData(model, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);

    private static ModelSlots Slots(string folder, params string[] keys) => new(folder, keys, new DurableFiles());

    private string Folder() => Directory.CreateDirectory(Path.Combine(_root, $"{_count++}")).FullName;

    private ModelSlots Confirmed(string folder)
    {
        ModelSlots slots = Slots(folder);
        slots.Confirm(slots.Update(_old, Fine));
        return slots;
    }

    /// <summary>What a power cut leaves of a step.</summary>
    private enum Cut
    {
        Nothing,
        Half,
        All,
    }

    private sealed class PowerCutException : Exception;

    private sealed class CutFiles(int step, Cut cut) : DurableFiles
    {
        private int _step;

        public override void Write(string path, Stream content)
        {
            if (_step++ != step)
            {
                base.Write(path, content);
                return;
            }
            if (cut == Cut.Half)
            {
                byte[] half = new byte[content.Length / 2];
                content.ReadExactly(half);
                File.WriteAllBytes(path + ".new", half);
            }
            if (cut == Cut.All) base.Write(path, content);
            throw new PowerCutException();
        }

        public override void Delete(string path)
        {
            bool isCut = _step++ == step;
            if (!isCut || cut == Cut.All) base.Delete(path);
            if (isCut) throw new PowerCutException();
        }
    }

    private sealed class FullDisk(int write) : DurableFiles
    {
        private int _writes;

        public override void Write(string path, Stream content)
        {
            if (_writes++ < write)
            {
                base.Write(path, content);
                return;
            }
            byte[] half = new byte[content.Length / 2];
            content.ReadExactly(half);
            File.WriteAllBytes(path + ".new", half);
            throw new IOException($"No space left on device : '{path}'");
        }
    }
}
