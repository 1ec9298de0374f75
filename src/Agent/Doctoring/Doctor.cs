using System.Text;
using System.Text.Json;
using EdgeKit.Imaging;

namespace EdgeKit.Agent.Doctoring;

/// <summary>Looks at a machine and says what to mend.</summary>
internal static class Doctor
{
    private const int CheckColumns = 14, Columns = 80;

    /// <summary>All findings, in the order in which a person would look.</summary>
    public static IReadOnlyList<Finding> Look(Patient patient)
    {
        (Finding? settings, string? camera, string? format) = Settings(patient);
        var findings = new List<Finding>(BoardChecks.Of(patient));
        if (settings is not null) findings.Add(settings);
        findings.AddRange(CameraChecks.Of(patient, camera, format));
        findings.AddRange(ServiceChecks.Of(patient));
        return findings;
    }

    /// <summary>The findings as lines of 80 columns; below each that is not well, what mends it.</summary>
    public static string ToText(IReadOnlyList<Finding> findings)
    {
        var text = new StringBuilder();
        foreach (Finding finding in findings)
        {
            string level = finding.Level switch { FindingLevel.Ok => "ok  ", FindingLevel.Warn => "warn", _ => "FAIL" };
            Wrap(text, $"{level}  {finding.Check.PadRight(CheckColumns)}  ", finding.Text);
            // A command is not broken: it is there to be copied.
            if (finding.Mend is { } mend) text.Append("      -> ").Append(mend).Append('\n');
        }
        int failed = findings.Where(static f => f.Level == FindingLevel.Fail).Length, warned = findings.Where(static f => f.Level == FindingLevel.Warn).Length;
        return text.Append($"{findings.Count - failed - warned} ok, {warned} to be improved, {failed} to be mended").ToString();
    }

    public static void WriteJson(Utf8JsonWriter json, IReadOnlyList<Finding> findings)
    {
        json.WriteBoolean("ok", !findings.Any(static f => f.Level == FindingLevel.Fail));
        json.WriteStartArray("findings");
        foreach (Finding finding in findings)
        {
            json.WriteStartObject();
            json.WriteString("check", finding.Check);
            json.WriteString("level", finding.Level switch { FindingLevel.Ok => "ok", FindingLevel.Warn => "warn", _ => "fail" });
            json.WriteString("text", finding.Text);
            json.WriteString("mend", finding.Mend);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static (Finding? Finding, string? Camera, string? Format) Settings(Patient patient)
    {
        if (patient.Settings is not { } path) return (null, null, null);
        string file = patient.Files.PathOf(path);
        try
        {
            var arguments = new Arguments(Agent.Settings.Add([], file, WatchCommand.Options), [], WatchCommand.Options);
            return (Finding.Ok("settings", path), arguments.Text("--camera"), arguments.Text("--format"));
        }
        catch (Exception e) when (e is UsageException or ImageException)
        {
            return (Finding.Fail("settings", e.Message.Replace(file, path, StringComparison.Ordinal), $"sudoedit {path}"), null, null);
        }
    }

    private static void Wrap(StringBuilder text, string first, string words)
    {
        string indent = new(' ', first.Length);
        int column = first.Length;
        text.Append(first);
        bool begun = false;
        foreach (string word in words.Split(' '))
        {
            if (begun && column + 1 + word.Length > Columns)
            {
                text.Append('\n').Append(indent);
                column = indent.Length;
            }
            else if (begun)
            {
                text.Append(' ');
                column++;
            }
            text.Append(word);
            column += word.Length;
            begun = true;
        }
        text.Append('\n');
    }
}
