@echo off
rem Builds the tool when its sources are newer than it, then runs it with the arguments given, from the caller's folder.
setlocal
set "root=%~dp0"
set "built=%root%.cache\edgekit.built"
set "program=%root%src\Cli\bin\Release\net10.0\edgekit.dll"
where dotnet >nul 2>nul || (echo edgekit: needs the .NET 10 SDK ^(https://dotnet.microsoft.com/download^)>&2 & exit /b 1)
if not exist "%root%.cache" mkdir "%root%.cache"
if "%~1"=="setup" (set "probe=1") else if not exist "%root%Vendors.local.props" (set "probe=1")
if defined probe (
    rem eng/vendors.sh needs a bash, such as that of Git for Windows; without one the vendor packages stay off.
    where bash >nul 2>nul && bash "%root%eng/vendors.sh" >"%root%.cache\vendors.log" 2>&1
    if "%~1"=="setup" if exist "%root%.cache\vendors.log" type "%root%.cache\vendors.log" >&2
)
powershell -NoProfile -Command "$b=Get-Item -LiteralPath '%built%' -ErrorAction SilentlyContinue; if (-not $b -or -not (Test-Path -LiteralPath '%program%')) { exit 1 }; $n=Get-ChildItem -Recurse -File -LiteralPath '%root%src','%root%eng' | Where-Object { $_.FullName -notmatch '\\(bin|obj)\\' -and $_.LastWriteTime -gt $b.LastWriteTime } | Select-Object -First 1; if ($n) { exit 1 }; exit 0"
if errorlevel 1 (
    echo building...>&2
    dotnet build "%root%src\Cli" -c Release -v quiet --nologo --disable-build-servers >"%root%.cache\build.log" 2>&1 || (type "%root%.cache\build.log" >&2 & echo edgekit: the build failed>&2 & exit /b 1)
    echo built>"%built%"
)
dotnet "%program%" %*
exit /b %errorlevel%
