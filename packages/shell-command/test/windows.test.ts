import { describe, expect, it } from "vitest";
import { isDangerous, isKnownSafe, type ShellContext, splitWords } from "../src/index.ts";
import { nodeBashParser } from "../src/node.ts";

/** Stands in for PowerShell's own parser: pipelines of literal words; null for everything it does not know. */
function fakePowerShell(_executable: string, script: string): string[][] | null {
  if (/[$`>&]/.test(script)) return null;
  return script.split(/[|;]/).map(part => splitWords(part.replaceAll("\\", "/")) ?? []);
}

const parser = nodeBashParser();
const context: ShellContext = { parser, platform: "windows", powershell: fakePowerShell };

describe("PowerShell commands", () => {
  it.each([
    [["powershell.exe", "-NoLogo", "-Command", "Get-ChildItem | Select-Object Name"]],
    [["C:\\x\\PWSH.EXE", "-c", "ls"]],
    [["pwsh", "-Command:ls"]],
    [["pwsh", "/command:ls"]],
    [["pwsh", "-NoProfile", "-NonInteractive", "-mta", "-sta", "ls", "C:/a b"]],
    [["pwsh", "-c", "git cat-file -p HEAD"]],
    [["pwsh", "-c", "rg foo"]],
    [["pwsh", "-c", "(Get-Content a) | Measure-Object"]],
  ])("%j only reads", argv => {
    expect(isKnownSafe(argv, context)).toBe(true);
  });

  it.each([
    [["pwsh"]],
    [["pwsh", "-c"]],
    [["pwsh", "-c", "ls", "x"]],
    [["pwsh", "-Command:ls", "x"]],
    [["pwsh", "-EncodedCommand", "x"]],
    [["pwsh", "-ec", "x"]],
    [["pwsh", "-File", "x.ps1"]],
    [["pwsh", "/file", "x.ps1"]],
    [["pwsh", "-ExecutionPolicy", "Bypass", "-c", "ls"]],
    [["pwsh", "-Bogus", "ls"]],
    [["pwsh", "-c", "ls > x"]],
    [["pwsh", "-c", "$x"]],
    [["pwsh", "-c", "Set-Content x"]],
    [["pwsh", "-c", "ls | Remove-Item"]],
    [["pwsh", "-c", "echo Remove-Item"]],
    [["pwsh", "-c", "echo (Out-File)"]],
    [["pwsh", "-c", "git push"]],
    [["pwsh", "-c", "git -C x status"]],
    [["pwsh", "-c", "git -c x=y status"]],
    [["pwsh", "-c", "git --config x status"]],
    [["pwsh", "-c", "git"]],
    [["pwsh", "-c", "rg --pre x"]],
    [["pwsh", "-c", "npm"]],
    [["pwsh", "-c", ""]],
    [["notpwsh", "-c", "ls"]],
  ])("%j is not known to be safe", argv => {
    expect(isKnownSafe(argv, context)).toBe(false);
  });

  it("are never known to be safe without PowerShell's own parser", () => {
    expect(isKnownSafe(["pwsh", "-c", "ls"], { parser, platform: "windows" })).toBe(false);
  });
});

describe("dangerous commands on Windows", () => {
  it.each([
    [["powershell", "-Command", "Start-Process https://x.com"]],
    [["pwsh", "-c", "start 'http://x.com'"]],
    [["pwsh", "-c", "saps(https://x.com)", ""]],
    [["pwsh", "-c", "ii https://x.com"]],
    [["pwsh", "-c", "(New-Object -ComObject Shell.Application).ShellExecute('https://x.com')"]],
    [["pwsh", "-c", "chrome https://x.com"]],
    [["pwsh", "-Command:start https://x.com"]],
    [["pwsh", "-NoProfile", "msedge.exe", "https://x.com"]],
    [["rundll32.exe", "url.dll,FileProtocolHandler", "https://x.com"]],
    [["mshta", "https://x.com"]],
    [["explorer.exe", "https://x.com"]],
    [["C:\\Program Files\\Firefox\\firefox.exe", "https://x.com"]],
    [["iexplore", "HTTP://x.com"]],
    [["cmd", "/c", "start https://x.com"]],
    [["cmd.exe", "/C", "start", "https://x.com"]],
    [["pwsh", "-c", "Remove-Item x -Force"]],
    [["pwsh", "-c", "ls; rm -Force:$true x"]],
    [["pwsh", "-c", "if (x) { rd -force y }"]],
    [["cmd", "/c", "del /f x"]],
    [["cmd", "/c", "echo a&del /F x"]],
    [["cmd", "/c", "echo a&&erase x /f"]],
    [["cmd", "/c", "rd /s /q x"]],
    [["cmd", "/r", "rmdir", "/S", "/Q", "x"]],
    [["rm", "-rf", "x"]],
  ])("%j", argv => {
    expect(isDangerous(argv, context)).toBe(true);
  });

  it.each([
    [["pwsh", "-c", "Start-Process notepad"]],
    [["pwsh", "-c", "curl https://x.com"]],
    [["pwsh", "-c", "Remove-Item x"]],
    [["pwsh", "-c", "rm x; ls -Force"]],
    [["pwsh", "-File", "x"]],
    [["pwsh"]],
    [["cmd", "/c", "del x"]],
    [["cmd", "/c", "rd /s x"]],
    [["cmd", "/c", "del x & echo /f"]],
    [["cmd", "/c", "start notepad"]],
    [["cmd", "dir"]],
    [["cmd", "/c", ""]],
    [["rundll32", "other.dll", "https://x.com"]],
    [["explorer", "C:\\x"]],
    [["curl", "https://x.com"]],
    [[]],
  ])("not %j", argv => {
    expect(isDangerous(argv, context)).toBe(false);
  });

  it("are no danger elsewhere", () => {
    expect(isDangerous(["cmd", "/c", "del /f x"], { parser })).toBe(false);
  });
});
