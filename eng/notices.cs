#:property PublishAot=false
using System.Text;
using System.Text.Json;
using System.Xml.Linq;

// Run by eng/notices, which restores the projects first.
const string File = "THIRD-PARTY-NOTICES.md";
string[] shipped = ["src/Cli", "src/Agent"];
(string Id, string Licence, string Url)[] vendors =
[
    ("Microsoft.ML.OnnxRuntime", "MIT", "https://github.com/microsoft/onnxruntime"),
    ("Iot.Device.Bindings", "MIT", "https://github.com/dotnet/iot"),
    ("SixLabors.ImageSharp", "Six Labors Split License 1.0", "https://github.com/SixLabors/ImageSharp"),
];
Dictionary<string, string> texts = new()
{
    ["MIT"] = """
        Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files
        (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge,
        publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so,
        subject to the following conditions:

        The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

        THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF
        MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR
        ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH
        THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
        """,
    ["BSD-3-Clause"] = """
        Redistribution and use in source and binary forms, with or without modification, are permitted provided that the following conditions
        are met:

        1. Redistributions of source code must retain the above copyright notice, this list of conditions and the following disclaimer.
        2. Redistributions in binary form must reproduce the above copyright notice, this list of conditions and the following disclaimer in
           the documentation and/or other materials provided with the distribution.
        3. Neither the name of the copyright holder nor the names of its contributors may be used to endorse or promote products derived from
           this software without specific prior written permission.

        THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS" AND ANY EXPRESS OR IMPLIED WARRANTIES, INCLUDING, BUT NOT
        LIMITED TO, THE IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS FOR A PARTICULAR PURPOSE ARE DISCLAIMED. IN NO EVENT SHALL THE
        COPYRIGHT HOLDER OR CONTRIBUTORS BE LIABLE FOR ANY DIRECT, INDIRECT, INCIDENTAL, SPECIAL, EXEMPLARY, OR CONSEQUENTIAL DAMAGES
        (INCLUDING, BUT NOT LIMITED TO, PROCUREMENT OF SUBSTITUTE GOODS OR SERVICES; LOSS OF USE, DATA, OR PROFITS; OR BUSINESS INTERRUPTION)
        HOWEVER CAUSED AND ON ANY THEORY OF LIABILITY, WHETHER IN CONTRACT, STRICT LIABILITY, OR TORT (INCLUDING NEGLIGENCE OR OTHERWISE)
        ARISING IN ANY WAY OUT OF THE USE OF THIS SOFTWARE, EVEN IF ADVISED OF THE POSSIBILITY OF SUCH DAMAGE.
        """,
};

Package[] packages = [.. shipped.SelectMany(ReadPackages).DistinctBy(p => p.Id + p.Version).OrderBy(p => p.Id, StringComparer.Ordinal)];
if (packages.FirstOrDefault(p => !texts.ContainsKey(p.Licence)) is { } unknown)
{
    Console.Error.WriteLine($"eng/notices: {unknown.Id} is under '{unknown.Licence}': look at that licence and add its text to eng/notices.cs");
    return 1;
}

var page = new StringBuilder();
page.Append("# Third-party notices\n\nWritten by `eng/notices`; do not edit. What `edgekit` and `edgekit-agent` carry of others' work.\n\n");
page.Append("## In every build\n\n| Package | Version | Licence | Copyright | Project |\n|---|---|---|---|---|\n");
foreach (Package p in packages) page.Append($"| {p.Id} | {p.Version} | {p.Licence} | {p.Copyright} | <{p.Url}> |\n");
page.Append("\nA published `edgekit-agent`, and any self-contained `edgekit`, also carries the .NET runtime: MIT, © .NET Foundation and Contributors, <https://github.com/dotnet/runtime>.\n\n");
page.Append("## Only in builds with vendor packages on\n\n| Package | Version | Licence | Project |\n|---|---|---|---|\n");
foreach ((string id, string licence, string url) in vendors) page.Append($"| {id} | {PinnedVersion(id)} | {licence} | <{url}> |\n");
page.Append("\nThese bring packages and notices of their own: whoever passes on such a build reads theirs. The Six Labors licence is free of charge for open-source use and small businesses only.\n\n");
page.Append("## Licence texts\n");
foreach (string licence in packages.Select(p => p.Licence).Append("MIT").Distinct().Order(StringComparer.Ordinal))
    page.Append($"\n### {licence}\n\n{texts[licence].ReplaceLineEndings("\n")}\n");

if (args is ["--check"])
{
    bool same = System.IO.File.Exists(File) && System.IO.File.ReadAllText(File).ReplaceLineEndings("\n") == page.ToString();
    if (!same) Console.Error.WriteLine($"{File} is stale: run eng/notices");
    return same ? 0 : 1;
}
System.IO.File.WriteAllText(File, page.ToString());
return 0;

// The packages of which a project's output holds a file: not analyzers, build tools, or parts that a reference leaves out.
static IEnumerable<Package> ReadPackages(string project)
{
    using JsonDocument assets = JsonDocument.Parse(System.IO.File.ReadAllText($"{project}/obj/project.assets.json"));
    string[] folders = [.. assets.RootElement.GetProperty("packageFolders").EnumerateObject().Select(f => f.Name)];
    JsonElement libraries = assets.RootElement.GetProperty("libraries");
    foreach (JsonProperty library in assets.RootElement.GetProperty("targets").EnumerateObject().SelectMany(t => t.Value.EnumerateObject()))
    {
        if (library.Value.GetProperty("type").GetString() != "package" || !HasOutput(library.Value)) continue;
        string path = libraries.GetProperty(library.Name).GetProperty("path").GetString()!;
        string nuspec = folders.SelectMany(f => Directory.Exists(f + path) ? Directory.GetFiles(f + path, "*.nuspec") : []).First();
        yield return ReadNuspec(nuspec);
    }
}

static bool HasOutput(JsonElement library)
{
    string[] kinds = ["runtime", "native", "runtimeTargets"];
    return kinds.Any(kind => library.TryGetProperty(kind, out JsonElement files) && files.EnumerateObject().Any(f => !f.Name.EndsWith("_._", StringComparison.Ordinal)));
}

static Package ReadNuspec(string path)
{
    XElement metadata = XDocument.Load(path).Root!.Elements().Single(e => e.Name.LocalName == "metadata");
    string Value(string name) => metadata.Elements().FirstOrDefault(e => e.Name.LocalName == name)?.Value.Trim() ?? "";
    bool isFile = metadata.Elements().Any(e => e.Name.LocalName == "license" && (string?)e.Attribute("type") == "file");
    return new Package(Value("id"), Value("version"), isFile ? LicenceOfFile(Value("id")) : Value("license"), Value("copyright"), Value("projectUrl"));
}

// Packages that bring their licence as a file, which was read.
static string LicenceOfFile(string id) => id == "MQTTnet" ? "MIT" : "a file of its own";

static string PinnedVersion(string id)
    => XDocument.Load("Directory.Packages.props").Descendants("PackageVersion").Single(v => v.Attribute("Include")!.Value == id)
        .Attribute("Version")!.Value.Trim('[', ']');

internal sealed record Package(string Id, string Version, string Licence, string Copyright, string Url);
