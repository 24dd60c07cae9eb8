import { prompts, scenario } from "./stage.ts";

const skill = (name: string) => `---\nname: ${name}\ndescription: Does ${name}\n---\n${name.toUpperCase()} BODY\n`;
const files = {
  "home/skills/foo/SKILL.md": skill("foo"),
  "home/skills/broken/SKILL.md": "nothing",
  ".agents/skills/usr/SKILL.md": skill("usr"),
  "work/.agents/skills/bar/SKILL.md": skill("bar"),
  "work/.agents/skills/bar/agents/openai.yaml": "policy:\n  allow_implicit_invocation: false\n",
  "work/.codex/skills/baz/SKILL.md": skill("baz"),
};

/** Skills. */
export const skills = [
  scenario("skills are listed once", { script: ["a", "b"], files }, prompts("1", "2")),
  scenario("skills that a text names", { script: ["a", "b"], files }, prompts("use $foo and $bar, not $nope", "go on")),
  scenario("a skill chosen by its path", { script: ["a"], files }, async drive => {
    const thread = await drive.thread();
    const path = `${drive.place.work}/.agents/skills/bar/SKILL.md`;
    await drive.turn(thread, "", {
      input: [
        { type: "text", text: "go" },
        { type: "skill", name: "bar", path },
        { type: "skill", name: "nope", path: "/nope/SKILL.md" },
      ],
    });
  }),
  scenario("skills as a client lists and switches them", { script: ["a"], files, git: true }, async drive => {
    await drive.note("list", "skills/list", { cwds: [drive.place.work] });
    await drive.note("off", "skills/config/write", { name: "foo", enabled: false });
    await drive.note("none", "skills/config/write", { enabled: false });
    await drive.note("again", "skills/list", { cwds: [drive.place.work], forceReload: true });
    await drive.turn(await drive.thread(), "use $foo");
  }),
];
