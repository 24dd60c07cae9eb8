import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type AgentsMdQuery, loadAgentsMd } from "../src/context/agents-md.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "agents-md-"));
});
afterEach(() => rm(root, { recursive: true }));

async function files(entries: Record<string, string>): Promise<void> {
  for (const [path, text] of Object.entries(entries)) {
    await mkdir(join(root, path, ".."), { recursive: true });
    await writeFile(join(root, path), text);
  }
}

function query(cwd: string, more: Partial<AgentsMdQuery> = {}): AgentsMdQuery {
  return {
    cwd: join(root, cwd),
    global: null,
    rootMarkers: [".git"],
    fallbackFilenames: [],
    maxBytes: 32_768,
    ...more,
  };
}

test("every folder from the project's root down to the working folder is asked", async () => {
  await files({ "AGENTS.md": "above", "p/.git/HEAD": "", "p/AGENTS.md": "root", "p/a/b/AGENTS.md": "leaf" });
  const found = await loadAgentsMd(query("p/a/b"));
  expect(found?.text).toBe("root\n\nleaf");
  expect(found?.sources).toEqual([join(root, "p/AGENTS.md"), join(root, "p/a/b/AGENTS.md")]);
});

test("without a project's root only the working folder is asked", async () => {
  await files({ "x/AGENTS.md": "above", "x/y/AGENTS.md": "here" });
  expect((await loadAgentsMd(query("x/y", { rootMarkers: [".nothing"] })))?.text).toBe("here");
});

test("an override stands before the ordinary file, and other names come last", async () => {
  await files({
    "a/.git/HEAD": "",
    "a/AGENTS.md": "plain",
    "a/AGENTS.override.md": "override",
    "a/b/RULES.md": "rules",
  });
  expect((await loadAgentsMd(query("a/b", { fallbackFilenames: ["RULES.md"] })))?.text).toBe("override\n\nrules");
});

test("the file that crosses the budget is cut, and later ones are left out", async () => {
  await files({ "a/.git/HEAD": "", "a/AGENTS.md": "12345", "a/b/AGENTS.md": "67890", "a/b/c/AGENTS.md": "never" });
  expect((await loadAgentsMd(query("a/b/c", { maxBytes: 8 })))?.text).toBe("12345\n\n678");
});

test("a budget of nothing leaves the user's own instructions", async () => {
  await files({ "a/.git/HEAD": "", "a/AGENTS.md": "project" });
  const global = { path: "/home/AGENTS.md", text: "mine" };
  expect(await loadAgentsMd(query("a", { maxBytes: 0, global }))).toEqual({
    text: "mine",
    sources: ["/home/AGENTS.md"],
  });
});

test("blank files count as none", async () => {
  await files({ "a/.git/HEAD": "", "a/AGENTS.md": " \n" });
  expect(await loadAgentsMd(query("a"))).toBeNull();
});
