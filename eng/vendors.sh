#!/usr/bin/env bash
# Finds out which of the three vendor packages restore on this machine (60 s at most), records the answer in Vendors.local.props
# for Directory.Build.props, and prints one line for each. Nothing depends on a package that is off.
set -uo pipefail

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd)
record=$root/Vendors.local.props
limit=60
packages=(Microsoft.ML.OnnxRuntime Iot.Device.Bindings SixLabors.ImageSharp)
switches=(VendorOnnxRuntime VendorIot VendorImageSharp)
without=("ONNX Runtime is used where EDGEKIT_ORT or tests/get-onnxruntime brings its library" "pins and cameras go by EdgeKit's own drivers" "pictures are decoded by EdgeKit and libjpeg")

work=$(mktemp -d)
running=()
trap 'for pid in "${running[@]}"; do kill "$pid" 2>/dev/null; done; rm -rf "$work"' EXIT

for i in 0 1 2; do
    version=$(sed -n "s/.*PackageVersion Include=\"${packages[i]}\" Version=\"\([^\"]*\)\".*/\1/p" "$root/Directory.Packages.props")
    mkdir "$work/$i"
    cat >"$work/$i/probe.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup>
  <ItemGroup><PackageReference Include="${packages[i]}" Version="$version" /></ItemGroup>
</Project>
PROJECT
    { dotnet restore "$work/$i/probe.csproj" -v quiet --nologo >"$work/$i/log" 2>&1 && touch "$work/$i/ok"; touch "$work/$i/done"; } &
    running+=($!)
done

SECONDS=0
until [[ -e $work/0/done && -e $work/1/done && -e $work/2/done ]] || ((SECONDS >= limit)); do sleep 0.2; done

{
    echo "<Project>"
    echo "  <!-- Written by eng/vendors.sh. Run it again, or delete this file, when this machine's package sources change. -->"
    echo "  <PropertyGroup>"
    for i in 0 1 2; do
        if [[ -e $work/$i/ok ]]; then
            state=true said="${packages[i]}: on"
        else
            state=false
            reason="no answer within $limit s"
            [[ -e $work/$i/done ]] && reason=$(sed -n 's/.*error \(NU[0-9]*: [^[]*\).*/\1/p' "$work/$i/log" | head -n 1)
            said="${packages[i]}: off, it does not restore here (${reason:-$(tail -n 1 "$work/$i/log")}); ${without[i]}"
        fi
        echo "$said" >&3
        echo "    <!-- $(sed 's/[<>&]/ /g; s/--*/-/g' <<<"$said") -->"
        echo "    <${switches[i]}>$state</${switches[i]}>"
    done
    echo "  </PropertyGroup>"
    echo "</Project>"
} 3>&1 >"$work/record" && mv -f "$work/record" "$record"
