import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { discoverSkills, skillSettings } from "../src/index.ts";
import { parseSkillHead, parseSkillMetadata } from "../src/skills/parse.ts";
import { openWorld, type World } from "./harness.ts";

let world: World;
afterEach(() => world.close());

const skill = (name: string, body = "BODY") => `---\nname: ${name}\ndescription: Does ${name}\n---\n${body}\n`;

async function put(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

test("the head of a skill is read, and what is wrong with it is said", async () => {
  world = await openWorld([]);
  await expect(parseSkillHead(skill("foo"), "x")).resolves.toEqual({
    name: "foo",
    description: "Does foo",
    shortDescription: null,
  });
  const folded = "---\ndescription: |\n  two\n  lines\nmetadata:\n  short-description: short\n---\n";
  await expect(parseSkillHead(folded, "folder")).resolves.toEqual({
    name: "folder",
    description: "two lines",
    shortDescription: "short",
  });
  for (const [text, message] of [
    ["none", "missing YAML frontmatter delimited by ---"],
    ["---\nname: a\n---\n", "missing field `description`"],
    [
      `---\nname: a\ndescription: ${"x".repeat(1025)}\n---\n`,
      "invalid description: exceeds maximum length of 1024 characters",
    ],
    ["---\na: [\n---\n", "invalid YAML"],
  ] as const) {
    await expect(parseSkillHead(text, "x")).rejects.toThrow(message);
  }
  await expect(
    parseSkillMetadata("interface:\n  display_name: B\npolicy:\n  allow_implicit_invocation: false\n"),
  ).resolves.toMatchObject({
    interface: { displayName: "B", iconSmall: null },
    implicit: false,
    dependencies: null,
  });
});

test("skills are found for the project, the person and the bundle, and one that is broken keeps no other back", async () => {
  world = await openWorld([]);
  const root = dirname(world.cwd);
  await mkdir(join(world.cwd, ".git"));
  await put(join(world.cwd, ".agents/skills/bar/SKILL.md"), skill("bar"));
  await put(join(world.cwd, "sub/.codex/skills/baz/SKILL.md"), skill("baz"));
  await put(join(world.home, "skills/foo/SKILL.md"), skill("foo"));
  await put(join(world.home, "skills/bad/SKILL.md"), "nothing");
  await put(join(world.home, "skills/.hidden/SKILL.md"), skill("hidden"));
  await put(join(world.home, "skills/.system/sys/SKILL.md"), skill("sys"));
  await put(join(root, ".agents/skills/usr/SKILL.md"), skill("usr"));
  const query = { cwd: join(world.cwd, "sub"), codexHome: world.home, home: root, rootMarkers: [".git"] };
  const found = await discoverSkills({
    ...query,
    settings: skillSettings({ config: [{ name: "foo", enabled: false }] }),
  });
  expect(found.skills.map(({ name, scope, enabled }) => [name, scope, enabled])).toEqual([
    ["bar", "repo", true],
    ["baz", "repo", true],
    ["foo", "user", false],
    ["usr", "user", true],
    ["sys", "system", true],
  ]);
  expect(found.errors).toEqual([
    { path: join(world.home, "skills/bad/SKILL.md"), message: "missing YAML frontmatter delimited by ---" },
  ]);
  const without = await discoverSkills({ ...query, settings: skillSettings({ bundled: { enabled: false } }) });
  expect(without.skills.map(({ name }) => name)).not.toContain("sys");
});

test("the model is told of skills once, and of the text of those that a prompt mentions", async () => {
  world = await openWorld([{ text: "a" }, { text: "b" }, { text: "c" }]);
  const path = join(world.home, "skills/foo/SKILL.md");
  await put(path, skill("foo", "FOO BODY"));
  await put(join(world.cwd, ".agents/skills/bar/SKILL.md"), skill("bar", "BAR BODY"));
  await put(join(world.cwd, ".agents/skills/bar/agents/openai.yaml"), "policy:\n  allow_implicit_invocation: false\n");
  const listening = await world.start();
  await listening.turn("use $foo, not $nope or foo");
  await listening.turn("again", {
    input: [
      { type: "text", text: "go", text_elements: [] },
      { type: "skill", name: "bar", path: join(world.cwd, ".agents/skills/bar/SKILL.md") },
    ],
  });
  const [first, second] = world.server.requests;
  const list = first!.texts("developer")[0]!;
  expect(list).toContain(`- foo: Does foo (file: ${path})`);
  expect(list).not.toContain("- bar");
  expect(first!.userTexts().at(-1)).toBe(
    `<skill>\n<name>foo</name>\n<path>${path}</path>\n${skill("foo", "FOO BODY")}\n</skill>`,
  );
  expect(second!.texts("developer").length).toBe(1);
  expect(second!.userTexts().slice(-2)[0]).toBe("go");
  expect(second!.userTexts().at(-1)).toContain("BAR BODY");
});

test("a skill that is switched off is neither told of nor brought in", async () => {
  world = await openWorld([{ text: "a" }], { config: 'skills.config = [{ name = "foo", enabled = false }]' });
  await put(join(world.home, "skills/foo/SKILL.md"), skill("foo", "FOO BODY"));
  const listening = await world.start();
  await listening.turn("use $foo");
  expect(world.server.requests[0]!.bodyText).not.toContain("FOO BODY");
  expect(world.server.requests[0]!.bodyText).not.toContain("<skills_instructions>");
});
