import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { floorOf, floors, side, whyNot } from "../floors.mjs";

const root = path.resolve(import.meta.dirname, "../../..");
let house = "";

beforeEach(() => {
  house = mkdtempSync(path.join(tmpdir(), "floors-"));
  const config = {
    jsPlugins: [path.join(root, "tools/lint/plugin.mjs")],
    rules: { "house/no-upward-import": "error", "house/pure-floors": "error" },
  };
  writeFileSync(path.join(house, ".oxlintrc.json"), JSON.stringify(config));
});
afterEach(() => rmSync(house, { recursive: true, force: true }));

/** Writes one source file into the house and lints it with the real linter and the real rule. */
async function lint(file: string, code: string): Promise<{ ok: boolean; output: string }> {
  const target = path.join(house, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, code);
  const bin = path.join(root, "node_modules/oxlint/bin/oxlint");
  return await new Promise(resolve => {
    execFile(process.execPath, [bin, "--deny-warnings", file], { cwd: house }, (error, stdout, stderr) => {
      resolve({ ok: error === null, output: stdout + stderr });
    });
  });
}

describe("the floor rule", () => {
  it("lets a package import from a lower floor", async () => {
    const { ok, output } = await lint("packages/core/src/a.ts", 'export { x } from "@codex-ts/permissions";\n');
    expect(output).not.toContain("floor");
    expect(ok).toBe(true);
  });

  for (const [how, code] of [
    ["a static import", 'import { x } from "@codex-ts/core";\nexport const y = x;\n'],
    ["a type import", 'import type { X } from "@codex-ts/core";\nexport type Y = X;\n'],
    ["a re-export", 'export { x } from "@codex-ts/core";\n'],
    ["a dynamic import", 'export const y = await import("@codex-ts/core");\n'],
    ["a subpath import", 'import { x } from "@codex-ts/core/deep/inside";\nexport const y = x;\n'],
  ] as const) {
    it(`refuses ${how} from a higher floor`, async () => {
      const { ok, output } = await lint("packages/permissions/src/a.ts", code);
      expect(ok).toBe(false);
      expect(output).toContain("may import only from floors below its own");
    });
  }

  it("refuses an import from the own floor", async () => {
    const { ok } = await lint("packages/execpolicy/src/a.ts", 'export { x } from "@codex-ts/shell-command";\n');
    expect(ok).toBe(false);
  });

  it("refuses to go round the name by a relative path into another package", async () => {
    const { ok, output } = await lint("packages/permissions/src/a.ts", 'export { x } from "../../core/src/x.ts";\n');
    expect(ok).toBe(false);
    expect(output).toContain("by its name");
  });

  it("refuses Node built-ins on the two lowest floors, with and without the node: prefix", async () => {
    expect((await lint("packages/permissions/src/a.ts", 'export { join } from "node:path";\n')).ok).toBe(false);
    expect((await lint("packages/permissions/src/b.ts", 'export { join } from "path";\n')).ok).toBe(false);
    expect((await lint("packages/sandbox/src/a.ts", 'export { join } from "node:path";\n')).ok).toBe(true);
  });

  it("allows Node built-ins in the subpath that is named for them", async () => {
    expect((await lint("packages/permissions/src/node.ts", 'export { join } from "node:path";\n')).ok).toBe(true);
  });

  it("refuses process.env below the doors", async () => {
    expect((await lint("packages/core/src/a.ts", "export const home = process.env.HOME;\n")).ok).toBe(false);
    expect((await lint("packages/app-server/src/a.ts", "export const home = process.env.HOME;\n")).ok).toBe(true);
  });

  it("keeps the terminal program on the client", () => {
    expect(whyNot("tui", "client")).toBeUndefined();
    expect(whyNot("tui", "core")).toContain("through @codex-ts/client alone");
  });

  it("knows every package of the workspace", () => {
    const packages = readdirSync(path.join(root, "packages"));
    const unknown = packages.filter(name => floorOf(name) === undefined && !side.includes(name));
    expect(unknown).toEqual([]);
  });

  it("names each package once", () => {
    const all = floors.flatMap(entry => entry.packages);
    expect(new Set(all).size).toBe(all.length);
  });
});
