import { describe, expect, it } from "vitest";
import { extractApplyPatch, recognizeHeredocCall } from "../src/index.ts";

const PATCH = "*** Begin Patch\n*** Add File: a\n+x\n*** End Patch";
const heredoc = (word = "'EOF'", end = "EOF") => `apply_patch <<${word}\n${PATCH}\n${end}`;
const bash = (script: string) => ["bash", "-lc", script];

describe("a direct call", () => {
  it("is the program's name and the patch", () => {
    for (const name of ["apply_patch", "applypatch"]) {
      expect(extractApplyPatch([name, PATCH])).toMatchObject({ kind: "patch", cd: null, patch: { text: PATCH } });
    }
  });

  it("with a patch that does not parse says why", () => {
    const found = extractApplyPatch(["apply_patch", "*** Begin Patch\n*** Frob\n*** End Patch"]);
    expect(found.kind === "invalid" && found.error.forModel).toMatch(/^invalid hunk at line 2, '\*\*\* Frob' is not/);
    const other = extractApplyPatch(["apply_patch", "x"]);
    expect(other.kind === "invalid" && other.error.forModel).toBe(
      "invalid patch: The first line of the patch must be '*** Begin Patch'",
    );
  });

  it("with more or fewer arguments is an ordinary command", () => {
    expect(extractApplyPatch(["apply_patch"]).kind).toBe("none");
    expect(extractApplyPatch(["apply_patch", PATCH, "x"]).kind).toBe("none");
    expect(extractApplyPatch(["/bin/apply_patch", PATCH]).kind).toBe("none");
    expect(extractApplyPatch([]).kind).toBe("none");
    expect(extractApplyPatch(["echo", PATCH]).kind).toBe("none");
    expect(extractApplyPatch(["bash", "-c", "ls", PATCH]).kind).toBe("none");
  });
});

describe("a patch that nobody applies", () => {
  it.each([
    ["alone", [PATCH]],
    ["as a script", bash(PATCH)],
    ["as a PowerShell script", ["pwsh", "-NoProfile", "-Command", PATCH]],
  ])("is refused with the way to do it: %s", (_name, argv) => {
    const found = extractApplyPatch(argv);
    expect(found.kind === "implicit" && found.error.message).toBe(
      'patch detected without explicit call to apply_patch. Rerun as ["apply_patch", "<patch>"]',
    );
  });
});

describe("a heredoc in a shell wrapper", () => {
  it.each([
    [["bash", "-lc"]],
    [["bash", "-c"]],
    [["/usr/bin/zsh", "-lc"]],
    [["sh", "-c"]],
    [["BASH.exe", "-c"]],
    [["pwsh", "-Command"]],
    [["powershell.exe", "-NoProfile", "-command"]],
    [["cmd", "/C"]],
  ])("is recognised behind %j", lead => {
    expect(extractApplyPatch([...lead, heredoc()])).toMatchObject({ kind: "patch", cd: null });
  });

  it.each([
    [["bash", "-x"]],
    [["fish", "-c"]],
    [["bash", "-l", "-c"]],
    [["pwsh", "-NoLogo", "-Command"]],
    [["env", "bash", "-c"]],
    [["fish", "-command"]],
    [["bash", "/c"]],
    [["cmd", "-c"]],
    [["cmd", "-command"]],
    [["pwsh", "-c"]],
    [["pwsh", "-NoProfile", "-c"]],
    [["bash", "-noprofile", "-command"]],
    [["pwsh", "-x", "-command"]],
    [["pwsh", "-noprofile", "-command", "-x"]],
    [[".bash", "-c"]],
  ])("is an ordinary command behind %j", lead => {
    expect(extractApplyPatch([...lead, heredoc()]).kind).toBe("none");
  });

  it.each([
    ["an unquoted word", heredoc("EOF")],
    ["a double-quoted word", heredoc('"EOF"')],
    ["another word", heredoc("'PATCH'", "PATCH")],
    ["an escaped word", heredoc("\\EOF")],
    ["a blank before the word", heredoc("  'EOF'")],
    ["blank lines around it", `\n\n  ${heredoc()}\n \n`],
    ["the other name", heredoc().replace("apply_patch", "applypatch")],
    ["tabs before the end word of <<-", heredoc("-EOF", "\t\tEOF")],
    ["no blank before <<", heredoc().replace(" <<", "<<")],
    ["several blanks before <<", heredoc().replace(" <<", " \t <<")],
    ["a blank behind the word", heredoc("'EOF' ")],
  ])("may have %s", (_name, script) => {
    expect(extractApplyPatch(bash(script))).toMatchObject({ kind: "patch", cd: null, patch: { text: PATCH } });
  });

  it.each([
    ["a bare word", "cd sub/dir && ", "sub/dir"],
    ["double quotes", 'cd "my dir" && ', "my dir"],
    ["single quotes", "cd 'it is $x' && ", "it is $x"],
    ["a line break after &&", "cd sub &&\n", "sub"],
    ["several blanks", "cd \t sub \t &&  ", "sub"],
    ["no blanks around &&", "cd sub&&", "sub"],
    ["an empty quoted folder", "cd '' && ", ""],
  ])("may follow a cd with %s", (_name, lead, folder) => {
    expect(extractApplyPatch(bash(lead + heredoc()))).toMatchObject({ kind: "patch", cd: folder });
  });

  it.each([
    ["a further command", `${heredoc()}\necho done`],
    ["a command before it", `echo hi && ${heredoc()}`],
    ["a semicolon after cd", `cd sub; ${heredoc()}`],
    ["an or after cd", `cd sub || ${heredoc()}`],
    ["two cds", `cd a && cd b && ${heredoc()}`],
    ["a cd with two arguments", `cd a b && ${heredoc()}`],
    ["a cd without arguments", `cd && ${heredoc()}`],
    ["a cd into an expansion", `cd $HOME && ${heredoc()}`],
    ["a cd into a quoted expansion", `cd "$HOME" && ${heredoc()}`],
    ["a cd into joined words", `cd a"b" && ${heredoc()}`],
    ["another command than cd", `pushd sub && ${heredoc()}`],
    ["a cd with an empty double-quoted folder", `cd "" && ${heredoc()}`],
    ["a cd into a folder that begins a comment", `cd #x && ${heredoc()}`],
    ["a cd into an escaped word", `cd a\\ b && ${heredoc()}`],
    ["a cd into a command", `cd "$(pwd)" && ${heredoc()}`],
    ["an argument", heredoc().replace("apply_patch", "apply_patch --dry-run")],
    ["a pipe", heredoc().replace("'EOF'", "'EOF' | cat")],
    ["a second redirect", heredoc().replace("'EOF'", "'EOF' > out")],
    ["a redirect before it", heredoc().replace("<<", "2>&1 <<")],
    ["a command behind the heredoc's word", heredoc().replace("'EOF'", "'EOF' && rm x")],
    ["the background", heredoc().replace("'EOF'", "'EOF' &")],
    ["a comment before it", `# patch\n${heredoc()}`],
    ["a comment after it", `${heredoc()}\n# done`],
    ["a comment behind the word", heredoc().replace("'EOF'", "'EOF' # x")],
    ["no end word", `apply_patch <<'EOF'\n${PATCH}`],
    ["an end word that is indented", heredoc("'EOF'", "  EOF")],
    ["an end word behind tabs without <<-", heredoc("'EOF'", "\tEOF")],
    ["an end word of <<- behind other blanks", heredoc("-EOF", "\t EOF")],
    ["tabs inside the end word of <<-", heredoc("-EOF", "E\tOF")],
    ["no word at all", heredoc("")],
    ["an empty quoted word", heredoc("''", "")],
    ["an end word followed by more", heredoc("'EOF'", "EOF x")],
    ["a here-string", `apply_patch <<< '${PATCH}'`],
    ["an environment assignment", `A=1 ${heredoc()}`],
    ["a longer name", heredoc().replace("apply_patch", "apply_patchx")],
    ["a name with a path", heredoc().replace("apply_patch", "./apply_patch")],
    ["a subshell", `(${heredoc()})`],
    ["an empty heredoc", "apply_patch <<'EOF'\nEOF"],
  ])("is an ordinary command with %s", (_name, script) => {
    expect(extractApplyPatch(bash(script)).kind).toBe("none");
  });

  it("gives the text as written, without its last newlines", () => {
    expect(recognizeHeredocCall("apply_patch <<EOF\na $x `y` \\z\n\n\nEOF\n")).toEqual({
      body: "a $x `y` \\z",
      cd: null,
    });
  });

  it("with a patch that does not parse says why", () => {
    expect(extractApplyPatch(bash("apply_patch <<'EOF'\nfoo\nEOF")).kind).toBe("invalid");
  });
});
